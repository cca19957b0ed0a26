/**
 * Emoji in all their forms: single ones, with skin tones, joined, flags, tags and keycaps.
 *
 * @module
 */

import { skipSpace, skipSpaceBack } from "./characters.ts";
import type { MappedText } from "./mapped_text.ts";

/** Text even where the sender asks for a picture. */
const ALWAYS_TEXT = "©®™";
/** Pictographs by Unicode's list, yet read as text unless a selector asks for a picture. */
const TEXT_BY_DEFAULT = "‼⁉ℹ↔-↙↩↪Ⓜ〰〽㊗㊙\u2669-\u266F";

const TAIL = String.raw`[\uFE0E\uFE0F\u20E3\u{E0020}-\u{E007F}\p{Emoji_Modifier}]*`;
const BASE = [
  String.raw`[0-9#*]\uFE0F?\u20E3`,
  String.raw`\p{Regional_Indicator}`,
  String.raw`(?![${ALWAYS_TEXT}${TEXT_BY_DEFAULT}])\p{Extended_Pictographic}`,
  String.raw`\p{Emoji_Presentation}`,
  String.raw`[${TEXT_BY_DEFAULT}]\uFE0F`,
].join("|");
const ONE = String.raw`(?:${BASE})${TAIL}(?:\u200D\p{Extended_Pictographic}${TAIL})*`;
/** Emoji in a row, with the space between them. */
const EMOJI = new RegExp(String.raw`${ONE}(?:\s*${ONE})*`, "gu");
/** What is left of sequences that were cut, and selectors on text symbols. */
const REST = /[\uFE00-\uFE0F\u20E3\u{E0020}-\u{E007F}]/gu;
const CLOSING_PUNCTUATION = /^[.,;:!?…)\]}]/;

/** Takes out emoji, and the space before them where punctuation follows. */
export function removeEmoji(mapped: MappedText): MappedText {
  const { text } = mapped;
  return mapped.replace(EMOJI, ({ 0: match, index }) => {
    const end = skipSpace(text, index + match.length);
    const isBeforePunctuation = CLOSING_PUNCTUATION.test(text.slice(end, end + 1));
    const start = isBeforePunctuation ? skipSpaceBack(text, index) : index;
    return { start, end, text: isBeforePunctuation ? "" : " " };
  }).replace(REST, () => "");
}
