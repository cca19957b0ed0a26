/**
 * Cutting text to what a server takes. Pieces join to exactly the text.
 *
 * @module
 */

import type { SessionLimits } from "./messages.ts";

/** Most bytes that JSON takes for a UTF-16 unit: `\u0007`. */
const BYTES_PER_UNIT = 6;

/** Room for the rest of a `text` message, in bytes. */
const ENVELOPE_BYTES = 128;

/**
 * UTF-16 units of text for one message. No more than half of what may wait, so that the next
 * message can wait while this one is spoken.
 */
export function messageCharacters(limits: SessionLimits): number {
  return Math.max(
    1,
    Math.min(
      limits.max_text_characters,
      Math.floor(limits.max_pending_characters / 2),
      Math.floor((limits.max_message_bytes - ENVELOPE_BYTES) / BYTES_PER_UNIT),
    ),
  );
}

/** What {@linkcode takePiece} has to keep to, in UTF-16 units. */
export interface PieceLimits {
  /** Of one message. */
  readonly message: number;
  /** Of one utterance. */
  readonly utterance: number;
  /** What the utterance has already. */
  readonly used: number;
}

/**
 * The beginning of `text` for the next message, never half a surrogate pair (unless not even one
 * character may be sent at once). Empty when the text has to go on in another utterance; one that
 * is filled up ends with a word where possible.
 */
export function takePiece(text: string, limits: PieceLimits): string {
  const { message, utterance, used } = limits;
  const room = utterance - used;
  if (text.length <= message && text.length <= room) return text;
  if (message < room) return text.slice(0, wholeCharacters(text, message));
  const wordsEnd = text.slice(0, room).search(/\s\S*$/) + 1;
  if (wordsEnd > 0) return text.slice(0, wordsEnd);
  return used === 0 ? text.slice(0, wholeCharacters(text, room)) : "";
}

/** The largest number of units, `maxUnits` at the most, that does not end inside a pair; not 0. */
function wholeCharacters(text: string, maxUnits: number): number {
  const last = text.charCodeAt(maxUnits - 1);
  const next = text.charCodeAt(maxUnits);
  const isPair = last >= 0xd800 && last <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
  return isPair && maxUnits > 1 ? maxUnits - 1 : maxUnits;
}
