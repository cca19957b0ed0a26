/**
 * Speech with the times of its characters as the body of one answer: as lines of JSON, or as one
 * object that grows while the audio comes, so that no one keeps all of it.
 *
 * Source: `StreamingAudioChunkWithTimestampsResponse` and `AudioWithTimestampsResponse` of
 * @elevenlabs/elevenlabs-js 2.73.0. Times are seconds from the start of the audio.
 *
 * @module
 */

import type { WireEvent } from "../dialect.ts";
import { AlignmentTracker } from "./alignment.ts";
import type { TimedCharacter } from "./character_times.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const NO_BYTES = new Uint8Array(0);

/** One line for each piece of audio, with what is known by then. */
export class TimestampLines {
  /** What there is no registered name for. */
  readonly contentType = "application/x-ndjson";
  readonly #alignment = new AlignmentTracker();

  constructor(text: string) {
    this.#alignment.append(text, { opens: true });
  }

  encode(event: WireEvent): string[] {
    this.#alignment.note(event);
    if (event.type === "audio") return [this.#line(event.bytes)];
    const isLate = event.type === "sentence_ended" && this.#alignment.isWaiting;
    return isLate ? [this.#line(NO_BYTES)] : [];
  }

  #line(bytes: Bytes): string {
    const alignment = this.#alignment.take();
    const line = {
      audio_base64: bytes.toBase64(),
      alignment: toSeconds(alignment?.source.characters ?? []),
      normalized_alignment: toSeconds(alignment?.spoken.characters ?? []),
    };
    // The SDK drops a line that does not end.
    return `${JSON.stringify(line)}\n`;
  }
}

/** One object with everything. */
export class TimestampedWhole {
  readonly contentType = "application/json";
  readonly #alignment = new AlignmentTracker();
  readonly #source: TimedCharacter[] = [];
  readonly #spoken: TimedCharacter[] = [];
  #hasBegun = false;
  /** Base64 takes three bytes at a time. */
  #rest: Bytes = NO_BYTES;

  constructor(text: string) {
    this.#alignment.append(text, { opens: true });
  }

  encode(event: WireEvent): string[] {
    this.#alignment.note(event);
    if (event.type === "audio") return [this.#begin() + this.#audio(event.bytes)];
    if (event.type === "sentence_ended") this.#gather();
    return event.type === "utterance_ended" ? [this.#begin() + this.#end()] : [];
  }

  #begin(): string {
    if (this.#hasBegun) return "";
    this.#hasBegun = true;
    return '{"audio_base64":"';
  }

  #audio(bytes: Bytes): string {
    const all = new Uint8Array(this.#rest.length + bytes.length);
    all.set(this.#rest);
    all.set(bytes, this.#rest.length);
    const whole = all.length - all.length % 3;
    this.#rest = all.subarray(whole);
    return all.subarray(0, whole).toBase64();
  }

  #gather(): void {
    const alignment = this.#alignment.take();
    this.#source.push(...alignment?.source.characters ?? []);
    this.#spoken.push(...alignment?.spoken.characters ?? []);
  }

  #end(): string {
    const source = JSON.stringify(toSeconds(this.#source));
    const spoken = JSON.stringify(toSeconds(this.#spoken));
    const rest = this.#rest.toBase64();
    return `${rest}","alignment":${source},"normalized_alignment":${spoken}}`;
  }
}

function toSeconds(characters: readonly TimedCharacter[]): object | null {
  if (characters.length === 0) return null;
  return {
    characters: characters.map(({ character }) => character),
    character_start_times_seconds: characters.map(({ startMs }) => seconds(startMs)),
    character_end_times_seconds: characters.map(({ endMs }) => seconds(endMs)),
  };
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
