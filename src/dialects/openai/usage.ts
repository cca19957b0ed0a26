/**
 * What was used, in tokens. There are none here: text and audio are counted as OpenAI says that its
 * own compare to them, so that clients' sums have the right size.
 *
 * @module
 */

/** OpenAI's help pages: a token is about 4 characters of English. */
const CHARACTERS_PER_TOKEN = 4;

/** OpenAI's guide to the costs of Realtime: a token is 50 ms of an assistant's audio. */
const AUDIO_MS_PER_TOKEN = 50;

/** Tokens of so many characters of text. */
export function textTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}

/** Tokens of so much audio, in ms. */
export function audioTokens(ms: number): number {
  return Math.ceil(ms / AUDIO_MS_PER_TOKEN);
}
