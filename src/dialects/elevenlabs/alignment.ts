/**
 * Follows what is said, and tells of which characters the time has become known: of the text as it
 * came ("alignment") and of the text as it is spoken ("normalized alignment").
 *
 * @module
 */

import type { WireEvent } from "../dialect.ts";
import { CharacterTimes, type TimedCharacter } from "./character_times.ts";

/** A stretch of text. */
export interface TimedText {
  /** Where the stretch before it ended, in ms from the start of the audio. */
  readonly fromMs: number;
  readonly characters: readonly TimedCharacter[];
}

/** The same stretch of both texts. */
export interface Alignment {
  readonly source: TimedText;
  readonly spoken: TimedText;
}

type SentenceStarted = Extract<WireEvent, { type: "sentence_started" }>;

/** Gathers what one of the texts has to tell. */
class Track {
  #times: CharacterTimes | undefined;
  #toldMs = 0;
  #waiting: TimedCharacter[] = [];

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  start(text: string, startMs: number): void {
    this.#times = new CharacterTimes(text, startMs);
  }

  add(tell: (times: CharacterTimes) => readonly TimedCharacter[]): void {
    if (this.#times !== undefined) this.#waiting.push(...tell(this.#times));
  }

  take(): TimedText {
    const characters = this.#waiting;
    const fromMs = this.#toldMs;
    this.#waiting = [];
    this.#toldMs = characters.at(-1)?.endMs ?? fromMs;
    return { fromMs, characters };
  }
}

/** The alignment of one stream of audio. */
export class AlignmentTracker {
  /** The texts of the utterances that have not ended; the first is being spoken. */
  readonly #texts: string[] = [];
  readonly #source = new Track();
  readonly #spoken = new Track();
  /** How far the first text has been told. */
  #at = 0;
  /** Audio of the utterances that have ended, in ms. */
  #endedMs = 0;
  /** Where the sentence that is on starts, in ms. */
  #sentenceStartMs = 0;
  /** Whether what is spoken next needs no space in front. */
  #isApart = true;

  /** Notes text of the newest utterance, which `opens` with it or goes on. */
  append(text: string, { opens }: { readonly opens: boolean }): void {
    if (opens) this.#texts.push(text);
    else this.#texts[this.#texts.length - 1] += text;
  }

  /** Whether there is something to tell. */
  get isWaiting(): boolean {
    return this.#source.isWaiting || this.#spoken.isWaiting;
  }

  /** What has become known since it was last asked; undefined if nothing has. */
  take(): Alignment | undefined {
    if (!this.isWaiting) return undefined;
    return { source: this.#source.take(), spoken: this.#spoken.take() };
  }

  /** Learns from an event. */
  note(event: WireEvent): void {
    switch (event.type) {
      case "sentence_started":
        if (event.text !== "") this.#start(event);
        break;
      case "words": {
        const words = event.words.map(({ text, startMs, endMs }) => ({
          text,
          startMs: this.#endedMs + startMs,
          endMs: this.#endedMs + endMs,
        }));
        this.#add((times) => times.tellWords(words));
        break;
      }
      case "sentence_ended":
        this.#end(event.durationMs);
        break;
      case "utterance_ended":
        this.#texts.shift();
        this.#at = 0;
        this.#endedMs += event.durationMs;
    }
  }

  /** White space after a sentence is its, as far as it has come; what was skipped comes with the next. */
  #start({ text, sourceStart, sourceEnd, offsetMs }: SentenceStarted): void {
    const source = this.#texts[0] ?? "";
    const before = source.slice(this.#at, sourceStart);
    const after = /^\s*/.exec(source.slice(sourceEnd))![0];
    this.#at = sourceEnd + after.length;
    const startMs = this.#sentenceStartMs = this.#endedMs + offsetMs;
    this.#source.start(before + source.slice(sourceStart, sourceEnd) + after, startMs);
    const lead = /\s/.test(before) && !this.#isApart ? " " : "";
    this.#isApart = after !== "";
    this.#spoken.start(lead + text + (this.#isApart ? " " : ""), startMs);
  }

  #end(durationMs: number): void {
    this.#add((times) => times.tellRest(this.#sentenceStartMs + durationMs));
  }

  #add(tell: (times: CharacterTimes) => readonly TimedCharacter[]): void {
    this.#source.add(tell);
    this.#spoken.add(tell);
  }
}
