/**
 * Typographic marks become those that every engine reads.
 *
 * A dash between words or phrases is a pause, which engines make at a comma and not at every dash,
 * so it becomes ", ". A dash between digits or inside a compound (3–5, New York–London) becomes a
 * hyphen and not "to": the word depends on the language, and engines read `3-5` as they would when
 * it had been typed. White space of any width is dealt with by the last rule.
 *
 * @module
 */

import { characterAfter, characterBefore, kindOf, skipSpace, skipSpaceBack } from "./characters.ts";
import type { Edit, MappedText } from "./mapped_text.ts";

const MARK =
  /[‘’‚‛‹›]|[“”„‟«»]|…|[‐‑‒−]|[–—―](?:\s*[–—―])*|(?<=\s)--(?=\s)|(?<=\p{L})--(?=\p{L})|[•‣·](?=\s)/gu;
const PHRASE_EDGE = /[.,;:!?([{“‘…]/;
const CLOSING_PUNCTUATION = /[.,;:!?)\]}…]/;

/** Replaces typographic marks with plain ones. */
export function plainTypography(mapped: MappedText): MappedText {
  const { text } = mapped;
  return mapped.replace(MARK, ({ 0: mark, index }) => {
    if (/[‘’‚‛‹›]/.test(mark)) return "'";
    if (/[“”„‟«»]/.test(mark)) return '"';
    if (mark === "…") return "...";
    if (/[‐‑‒−]/.test(mark)) return "-";
    if (/[•‣·]/.test(mark)) {
      return kindOf(characterBefore(text, index)) === "space"
        ? pause(text, index, mark)
        : undefined;
    }
    return dash(text, index, mark);
  });
}

function dash(text: string, index: number, mark: string): Edit {
  const end = index + mark.length;
  const before = characterBefore(text, index);
  const after = characterAfter(text, end);
  const isInside = kindOf(before) === "word" && kindOf(after) === "word";
  const isRange = /^\p{N}$/u.test(before) && /^\p{N}$/u.test(after);
  const isCompound = isInside && (mark === "–" || (mark === "—" && isRange));
  const isSign = mark === "–" && kindOf(before) === "space" && /^\p{N}/u.test(after);
  if (isCompound || isSign) return { start: index, end, text: "-" };
  return pause(text, index, mark);
}

/** A comma in the place of a mark and the space around it, or a space where there is a pause. */
function pause(text: string, index: number, mark: string): Edit {
  const start = skipSpaceBack(text, index);
  const end = skipSpace(text, index + mark.length);
  const before = text.charAt(start - 1);
  const after = text.charAt(end);
  if (CLOSING_PUNCTUATION.test(after)) return { start, end, text: "" };
  const isPause = before === "" || after === "" || PHRASE_EDGE.test(before);
  return { start, end, text: isPause ? " " : ", " };
}
