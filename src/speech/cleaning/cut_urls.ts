/**
 * The rest of a URL that was so long that the segmenter cut it: the piece before ended inside it.
 *
 * @module
 */

import { type MappedText, remove } from "./mapped_text.ts";
import type { CleaningState } from "./rule.ts";

/** Shorter URLs are not cut, so one that ends a piece ends there. UTF-16 units. */
const SHORTEST_CUT_URL = 80;
/** A run this long is no word. UTF-16 units. */
const LONGER_THAN_WORDS = 40;

/** Notes that the piece may have ended inside a URL. */
export function noteCutUrl(state: CleaningState, kind: "target" | "raw", length: number): void {
  if (length >= SHORTEST_CUT_URL) state.cutUrl = kind;
}

/**
 * Takes the rest of a cut URL off the piece's start: of a link's target all up to its bracket, of
 * a raw URL the first run of characters, provided that it cannot be a word: white space between
 * the pieces is not seen here, and it may have ended the URL.
 */
export function removeRestOfUrl(mapped: MappedText, state: CleaningState): MappedText {
  const { text } = mapped;
  const kind = state.cutUrl;
  state.cutUrl = undefined;
  if (kind === undefined) return mapped;
  const run = (kind === "target" ? /^[^\s()]*/ : /^[^\s()<>"`[\]]*/).exec(text)![0];
  const isNoWord = run.length >= LONGER_THAN_WORDS || /[\w%][=&%?][\w%]/.test(run);
  const isWhole = run.length === text.length;
  if (isWhole && isNoWord && run.length >= SHORTEST_CUT_URL) {
    state.cutUrl = kind;
    return mapped.edit([remove(0, text.length)]);
  }
  if (kind === "target") {
    return text.charAt(run.length) === ")" ? mapped.edit([remove(0, run.length + 1)]) : mapped;
  }
  return isNoWord ? mapped.edit([remove(0, run.replace(/[.,:;!?]{1,3}$/, "").length)]) : mapped;
}
