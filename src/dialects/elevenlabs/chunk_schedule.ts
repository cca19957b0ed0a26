/**
 * `chunk_length_schedule`: the length of text that is spoken although its sentence is not whole.
 *
 * Sentences here are spoken as soon as they are whole, which is sooner than any schedule, so that
 * only text without an end in sight is ever measured.
 *
 * @module
 */

import { bad, type Message, readObject } from "../fields.ts";

/** Lengths in characters: of the first piece, the second, and so on; the last holds for all others. */
export type Schedule = readonly number[];

/** ElevenLabs' default; `GenerationConfig` of @elevenlabs/elevenlabs-js 2.73.0. */
export const defaultSchedule: Schedule = [120, 160, 250, 290];

/** What each item may be, by the same source. */
const MIN_LENGTH = 50;
const MAX_LENGTH = 500;

/** Many more than make sense. */
const MAX_ITEMS = 100;

/** Where a sentence ends, for whoever only counts: the real decision is the core's. */
const SENTENCE_END = /[.!?…]["'”’»)\]]{0,3}\s|[。！？]/g;

/** The longest end of a sentence that lacks its last character. */
const TAIL_LENGTH = 4;

/**
 * Reads the schedule of a message, by either of the names that ElevenLabs has for its place.
 *
 * @throws {BadField}
 */
export function readSchedule(message: Message): Schedule | undefined {
  const place = message.generator_config === undefined ? "generation_config" : "generator_config";
  const lengths = readObject(message, place)?.chunk_length_schedule;
  if (lengths === undefined || lengths === null) return undefined;
  if (isSchedule(lengths)) return lengths;
  throw bad(
    `${place}.chunk_length_schedule`,
    `must be 1 to ${MAX_ITEMS} numbers from ${MIN_LENGTH} to ${MAX_LENGTH}`,
  );
}

function isSchedule(value: unknown): value is Schedule {
  const isLength = (length: unknown) =>
    typeof length === "number" && length >= MIN_LENGTH && length <= MAX_LENGTH;
  return Array.isArray(value) && value.length >= 1 && value.length <= MAX_ITEMS &&
    value.every(isLength);
}

/** Measures text as it comes. */
export class ChunkCutter {
  readonly #schedule: Schedule;
  #pieces = 0;
  /** Characters since the last sentence or piece. */
  #waiting = 0;
  /** The last characters: a sentence's end may come in two texts. */
  #tail = "";

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  /**
   * Takes the next text. Returns the index in it where a piece ends, behind white space; -1 where
   * none does.
   *
   * @param isUrgent whether a piece of the shortest length will do.
   */
  push(text: string, isUrgent: boolean): number {
    const start = this.#passSentences(text);
    const end = start + text.slice(start).search(/\s\S*$/) + 1;
    const left = text.length - end;
    const wanted = isUrgent ? MIN_LENGTH : this.#length;
    if (end === start || this.#waiting - left < wanted) return -1;
    this.#pass(left);
    return end;
  }

  /** All text so far is spoken. */
  flush(): void {
    this.#pass(0);
  }

  get #length(): number {
    return this.#schedule[Math.min(this.#pieces, this.#schedule.length - 1)]!;
  }

  /** Takes text; gives the index in it from which on it waits. */
  #passSentences(text: string): number {
    const seen = this.#tail + text;
    const last = [...seen.matchAll(SENTENCE_END)].at(-1);
    const end = last === undefined ? 0 : last.index + last[0].length - this.#tail.length;
    this.#tail = seen.slice(-TAIL_LENGTH);
    if (end <= 0) {
      this.#waiting += text.length;
      return 0;
    }
    this.#pass(text.length - end);
    return end;
  }

  /** A piece is done; so many characters are left. */
  #pass(left: number): void {
    this.#pieces++;
    this.#waiting = left;
  }
}

/** Whether text can be spoken by itself: several words, or the end of a sentence, and whole words. */
export function isPhrase(text: string): boolean {
  if (/[.!?…。！？]["'”’»)\]」』）]*$/.test(text.trimEnd())) return true;
  return /\S\s+\S/.test(text) && /[\s,;:]$/.test(text);
}
