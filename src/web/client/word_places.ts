/**
 * Where in the source text a spoken word stands. What is spoken was cleaned (no Markdown, plain
 * quotes), so a word is looked for, and taken to be the next one where it is not found.
 *
 * @module
 */

/** A range of UTF-16 units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Characters that are spoken as another one. */
const PLAIN: Readonly<Record<string, string>> = {
  "\u2018": "'",
  "\u2019": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u2013": "-",
  "\u2014": "-",
  "\u00a0": " ",
};

/**
 * The range of `word` in `source`, looked for in `within`, with the marks that cling to its end.
 * An empty range at its end when no word is left.
 */
export function placeWord(source: string, within: TextRange, word: string): TextRange {
  const text = plain(source.slice(within.start, within.end));
  const found = text.indexOf(plain(word));
  const start = found >= 0 ? found : text.length - text.trimStart().length;
  let end = found >= 0 ? found + word.length : start;
  while (end < text.length && text[end]!.trim() !== "") end++;
  return { start: within.start + start, end: within.start + end };
}

/** As long as the text. */
function plain(text: string): string {
  return text.replace(/[\u2018\u2019\u201c\u201d\u2013\u2014\u00a0]/g, (mark) => PLAIN[mark]!);
}
