/**
 * Looking around a position in a text.
 *
 * @module
 */

const WORD = /^[\p{L}\p{N}\p{M}]/u;
const SPACE = /^\s/;

/** What a character is to mark-up; a text's edges count as space. */
export type CharacterKind = "word" | "space" | "punctuation";

/** The whole character (two units beyond the BMP) that ends at `index`, or "". */
export function characterBefore(text: string, index: number): string {
  const low = text.charCodeAt(index - 1);
  const isPair = index > 1 && low >= 0xdc00 && low <= 0xdfff;
  return text.slice(Math.max(0, index - (isPair ? 2 : 1)), index);
}

/** The whole character that begins at `index`, or "". */
export function characterAfter(text: string, index: number): string {
  const code = text.codePointAt(index);
  return code === undefined ? "" : String.fromCodePoint(code);
}

/** What `character` is; "" is an edge. */
export function kindOf(character: string): CharacterKind {
  if (character === "" || SPACE.test(character)) return "space";
  return WORD.test(character) ? "word" : "punctuation";
}

/** The first index at or before `index` from which all up to `index` is white space. */
export function skipSpaceBack(text: string, index: number, limit = 0): number {
  while (index > limit && SPACE.test(text.charAt(index - 1))) index--;
  return index;
}

/** The first index at or after `index` at which there is no white space. */
export function skipSpace(text: string, index: number, limit = text.length): number {
  while (index < limit && SPACE.test(text.charAt(index))) index++;
  return index;
}
