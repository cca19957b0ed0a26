/**
 * Spoken text on its way to a log or a trace.
 *
 * @module
 */

/** The value of a log field that tells what is spoken: the logger is told whether to write it. */
export class SpokenText {
  readonly text: string;
  /** What is written where spoken text must not be; nothing when undefined. */
  readonly instead: string | undefined;

  constructor(text: string, instead?: string) {
    this.text = text;
    this.instead = instead;
  }
}

/** A word of this length or more tells something; shorter ones stand in every message. */
const TELLING_CHARACTERS = 4;

const HIDDEN = "…";

/**
 * The message of whoever was given `text` to speak, without what it may quote of it: the text, and
 * every longer word that is also in the text.
 */
export function withoutText(message: string, text: string): string {
  const spoken = text.toLowerCase();
  return message.replaceAll(text, HIDDEN).replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => {
    // Scripts that write without spaces tell much in few characters.
    const isTelling = word.length >= TELLING_CHARACTERS || /[^a-z0-9]/i.test(word);
    return isTelling && spoken.includes(word.toLowerCase()) ? HIDDEN : word;
  });
}
