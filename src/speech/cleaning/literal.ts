/**
 * Characters that are to be taken literally: an escaped `\*`, the inside of `code`. While the rules
 * run they are replaced, unit for unit, by Unicode's noncharacters, so no rule takes them for
 * mark-up and no position moves; the last rule puts them back.
 *
 * There are 32 of these code points (U+FDD0 to U+FDEF), meant for exactly this internal use and
 * never for interchange, and ASCII has exactly 32 punctuation marks.
 *
 * @module
 */

import type { Edit, MappedText } from "./mapped_text.ts";

const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const FIRST_STAND_IN = 0xfdd0;
const STAND_INS = /[\uFDD0-\uFDEF]/g;
/** What begins mark-up; the rest stays as it is, so a URL inside code is still seen as one. */
const MARKUP = /[!#&*+<>=\-[\\\]_`|~]/g;

/** The stand-in for one ASCII punctuation mark; anything else is returned as it is. */
export function literal(character: string): string {
  const index = PUNCTUATION.indexOf(character);
  return index < 0 ? character : String.fromCharCode(FIRST_STAND_IN + index);
}

/** An edit that takes all of a range literally. */
export function literalRange(text: string, start: number, end: number): Edit {
  return { start, end, text: text.slice(start, end).replace(MARKUP, literal) };
}

/** Puts the literal characters in the place of their stand-ins. */
export function restoreLiterals(text: MappedText): MappedText {
  return text.replace(
    STAND_INS,
    (match) => PUNCTUATION.charAt(match[0].charCodeAt(0) - FIRST_STAND_IN),
  );
}

/** Takes out noncharacters of the sender's: they would be taken for stand-ins. */
export function removeStandIns(text: MappedText): MappedText {
  return text.replace(STAND_INS, () => "");
}
