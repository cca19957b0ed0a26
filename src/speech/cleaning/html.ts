/**
 * HTML (and SSML) tags and comments.
 *
 * @module
 */

import { characterAfter, characterBefore, kindOf } from "./characters.ts";
import { type Edit, type MappedText, remove } from "./mapped_text.ts";

/** Tags within a line: nothing is put in their place. */
const INLINE = new Set(
  ("a abbr acronym b bdi bdo big cite code data del dfn em emphasis font i ins kbd label mark nobr " +
    "prosody q s samp say-as small span strike strong sub sup time tt u var wbr").split(" "),
);
/** All others that are known: a space is put in their place. */
const BLOCK = new Set(
  ("address area article aside audio blockquote body br break button canvas caption center col " +
    "colgroup dd details dialog div dl dt embed fieldset figcaption figure footer form h1 h2 h3 " +
    "h4 h5 h6 head header hgroup hr html iframe img input legend li link main map meta nav " +
    "noscript object ol optgroup option output p paragraph param phoneme picture pre progress rp " +
    "rt ruby script section select sentence source speak style sub summary svg table tbody td " +
    "template textarea tfoot th thead title tr track ul video voice " +
    "answer reasoning response thinking think thought").split(" "),
);
/** A tag's name and the rest; in the rest there is no angle bracket, so `a < b` is never one. */
const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s[^<>]*)?\/?)>/g;
const CLOSING_NAME = /<\/([A-Za-z][\w:-]*)\s*>/g;
/** `<!DOCTYPE html>`, `<?xml ?>`, and comment delimiters that have lost their partner. */
const DECLARATION = /<!--|-->|<!\[CDATA\[|<[!?][A-Za-z][^<>]*>/g;

/** Takes out comments with what is in them. One that is cut loses its delimiter only. */
export function stripComments(mapped: MappedText): MappedText {
  const { text } = mapped;
  const edits: Edit[] = [];
  let open = text.indexOf("<!--");
  while (open >= 0) {
    const close = text.indexOf("-->", open + 4);
    // Without this end each further opening would search the whole rest in vain.
    if (close < 0) break;
    edits.push(remove(open, close + 3));
    open = text.indexOf("<!--", close + 3);
  }
  return mapped.edit(edits).replace(DECLARATION, () => "");
}

/**
 * Takes out tags. What only might be a tag is kept as text: `<your name>`, `List<String>`; of such
 * a placeholder the brackets go and its word stays, for a word must never be lost.
 */
export function stripTags(mapped: MappedText): MappedText {
  const { text } = mapped;
  const closed = new Set([...text.matchAll(CLOSING_NAME)].map((match) => match[1]));
  return mapped.replace(TAG, ({ 0: tag, 1: slash, 2: name = "", 3: rest = "", index }) => {
    const attributes = rest.replace(/\/$/, "").trim();
    const isOdd = attributes !== "" && !attributes.includes("=");
    if (isOdd) return undefined;
    const lower = name.toLowerCase();
    if (INLINE.has(lower)) return "";
    if (slash !== "" || rest !== "" || BLOCK.has(lower) || closed.has(name)) return " ";
    const isInWord = kindOf(characterBefore(text, index)) === "word";
    const end = index + tag.length;
    const isBeforeWord = kindOf(characterAfter(text, end)) === "word";
    return [
      { start: index, end: index + 1, text: isInWord ? " " : "" },
      { start: end - 1, end, text: isBeforeWord ? " " : "" },
    ];
  });
}
