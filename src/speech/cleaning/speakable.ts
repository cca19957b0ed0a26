/**
 * Whether there is anything to say.
 *
 * @module
 */

/** Letters and digits of any script, currency signs, and signs that have a name in every voice. */
const SPEAKABLE = /[\p{L}\p{N}\p{Sc}%&@#+=°§©®™×÷±∞√≈≠≤≥µ]/u;

/**
 * Whether an engine finds something to read: a letter, a digit, a currency sign, or one of a few
 * signs with a name, such as `%` and `&`. Brackets, quotes, stars, dashes and the rest are silent.
 */
export function isSpeakable(text: string): boolean {
  return SPEAKABLE.test(text);
}
