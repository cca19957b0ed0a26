/**
 * From eSpeak's events to the words of a text.
 *
 * @module
 */

import type { WordTiming } from "../../speech/backend.ts";
import type { EspeakEvent } from "./library.ts";

/** A word of the text and where it stands in what eSpeak reads. */
interface Word {
  /** In the text, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** In the SSML, in characters from 0; `ssmlEnd` is the one after the last. */
  readonly ssmlStart: number;
  readonly ssmlEnd: number;
}

/** The signs that SSML gives a meaning. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
]);

/** XML, and so SSML, knows no control characters but white space. */
const CONTROL = /^\p{Cc}$/u;

/** Follows the events of one synthesis. */
export class WordTracker {
  /** The text as eSpeak must get it. */
  readonly ssml: string;
  readonly #words: readonly Word[];
  /** Index of the word being heard. */
  #current = -1;
  #startMs = 0;
  /** End of the current word if it is known: a pause has begun. */
  #endMs: number | undefined;

  constructor(text: string) {
    const words: Word[] = [];
    let ssml = "";
    let ssmlLength = 0;
    const append = (part: string): void => {
      for (const character of part) {
        const written = ENTITIES.get(character) ?? (CONTROL.test(character) ? " " : character);
        ssml += written;
        ssmlLength += [...written].length;
      }
    };
    let done = 0;
    for (const match of text.matchAll(/\S+/g)) {
      append(text.slice(done, match.index));
      const ssmlStart = ssmlLength;
      append(match[0]);
      done = match.index + match[0].length;
      words.push({ start: match.index, end: done, ssmlStart, ssmlEnd: ssmlLength });
    }
    append(text.slice(done));
    this.ssml = ssml;
    this.#words = words;
  }

  /** The words that are over by these events. */
  follow(events: readonly EspeakEvent[]): WordTiming[] {
    const over: WordTiming[] = [];
    for (const { type, text_position, audio_position } of events) {
      const position = text_position - 1;
      if (type === "word") {
        const index = this.#words.findIndex((word) => position < word.ssmlEnd);
        // eSpeak reports a number, or a word with a hyphen, as several words.
        if (index > this.#current) this.#moveTo(index, audio_position, over);
      } else if (type === "phoneme" || type === "end") {
        const word = this.#words[this.#current];
        // A phone behind the word, before the next has begun: a pause.
        if (word !== undefined && position >= word.ssmlEnd) this.#endMs ??= audio_position;
      }
    }
    return over;
  }

  /** The words that are left when the audio is over. */
  finish(durationMs: number): WordTiming[] {
    const over: WordTiming[] = [];
    this.#moveTo(this.#words.length, durationMs, over);
    return over;
  }

  #moveTo(index: number, atMs: number, over: WordTiming[]): void {
    // Times of events can run a little ahead of the audio, never behind an earlier event.
    const nowMs = Math.max(this.#startMs, atMs);
    let endMs = Math.min(nowMs, Math.max(this.#startMs, this.#endMs ?? nowMs));
    let startMs = this.#startMs;
    for (let passed = Math.max(0, this.#current); passed < index; passed++) {
      const { start, end } = this.#words[passed]!;
      // Words passed over (lone punctuation) are not heard: they have no length.
      if (passed > this.#current) startMs = endMs = this.#current === -1 ? 0 : endMs;
      over.push({ start, end, startMs, endMs });
    }
    this.#current = index;
    this.#startMs = nowMs;
    this.#endMs = undefined;
  }
}
