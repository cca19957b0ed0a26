/**
 * When each character of a sentence is heard: a word's characters share its time, and those between
 * two words, or without any word, the time between.
 *
 * @module
 */

import type { SpokenWord } from "../../speech/types.ts";

/** A character, and when it is heard, in ms from the start of the audio. */
export interface TimedCharacter {
  readonly character: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What is neither letter nor digit, around a word. */
const MARKS = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;

/** Gives the characters of one sentence their times, from the first to the last. */
export class CharacterTimes {
  readonly #text: string;
  /** Index in the text of the first character without a time. */
  #at = 0;
  #atMs: number;

  /** @param startMs where the sentence starts. */
  constructor(text: string, startMs: number) {
    this.#text = text;
    this.#atMs = startMs;
  }

  /** The characters up to the last of these words that is in the text; it need not have all. */
  tellWords(words: readonly SpokenWord[]): TimedCharacter[] {
    return words.flatMap(({ text, startMs, endMs }) => {
      // Between a word and the marks that cling to it there may be mark-up.
      const found = this.#find(text) ?? this.#find(text.replaceAll(MARKS, ""));
      if (found === undefined) return [];
      return [...this.#tell(found.start, startMs), ...this.#tell(found.end, endMs)];
    });
  }

  #find(word: string): { readonly start: number; readonly end: number } | undefined {
    const start = word === "" ? -1 : this.#text.indexOf(word, this.#at);
    return start < 0 ? undefined : { start, end: start + word.length };
  }

  /** The characters that are left, which last until the sentence's end. */
  tellRest(endMs: number): TimedCharacter[] {
    return this.#tell(this.#text.length, endMs);
  }

  /** The characters up to `end`, in equal parts of the time up to `endMs`. */
  #tell(end: number, endMs: number): TimedCharacter[] {
    const characters = [...this.#text.slice(this.#at, end)];
    const startMs = this.#atMs;
    this.#at = end;
    this.#atMs = Math.max(startMs, endMs);
    const step = (this.#atMs - startMs) / characters.length;
    return characters.map((character, index) => ({
      character,
      startMs: startMs + index * step,
      endMs: startMs + (index + 1) * step,
    }));
  }
}
