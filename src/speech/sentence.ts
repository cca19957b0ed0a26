/**
 * One scheduled piece of an utterance, with the bounded channel that its audio comes through.
 *
 * @module
 */

import { SampleQueue } from "../lib/sample_queue.ts";
import type { AudioChunk, WordTiming } from "./backend.ts";
import type { CleanText } from "./cleaning/cleaner.ts";
import type { Problem } from "./types.ts";

/** Turns a voice's audio into the session's: resampling, or nothing at equal rates. */
export interface Converter {
  push(pcm: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer>;
  /** What the filter still holds. */
  end(): Int16Array<ArrayBuffer>;
}

/** The shape of a session's audio. */
export interface AudioShape {
  /** Hz. */
  readonly sampleRate: number;
  /** Samples of one frame. */
  readonly frameSamples: number;
  /** True where every frame must be whole (Opus): a sentence's end is padded with silence. */
  readonly wholeFrames: boolean;
}

/** What a sentence is made of. */
export interface SentenceOptions {
  readonly index: number;
  /** What is spoken of it; empty when there is nothing to speak. */
  readonly clean: CleanText;
  /** Range in the utterance's source text (UTF-16 indices). */
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** Clock time, ms. */
  readonly queuedAt: number;
  readonly shape: AudioShape;
  /** Longest audio accepted, in ms. */
  readonly maxAudioMs: number;
}

/**
 * Rough length of speech per character in ms, for deadlines before the audio is there:
 * about 150 words of 6 characters a minute, measured on the embedded voices.
 */
export const MS_PER_CHARACTER = 66;

/** A sentence and its audio, from birth to its last sample. */
export class Sentence {
  readonly index: number;
  /** As spoken, after cleaning. */
  readonly text: string;
  readonly sourceStart: number;
  readonly sourceEnd: number;
  readonly queuedAt: number;
  /** Word timings so far, in ms from the sentence's start. */
  readonly words: WordTiming[] = [];
  /** Set when the synthesis failed. */
  error: Problem | undefined;
  /** Samples before this sentence in its utterance; set when playout reaches it. */
  offsetSamples = -1;
  /** Samples handed to the client. */
  sentSamples = 0;
  /** Clock time, ms, at which the latest of them were. */
  lastSentAt: number | undefined;
  /** How many of `words` the client has been told. */
  toldWords = 0;
  readonly #clean: CleanText;
  readonly #shape: AudioShape;
  readonly #maxSamples: number;
  readonly #queue = new SampleQueue();
  #converter: Converter | undefined;
  #receivedSamples = 0;
  #closed: boolean;

  constructor(options: SentenceOptions) {
    this.index = options.index;
    this.#clean = options.clean;
    this.text = options.clean.text;
    this.sourceStart = options.sourceStart;
    this.sourceEnd = options.sourceEnd;
    this.queuedAt = options.queuedAt;
    this.#shape = options.shape;
    this.#maxSamples = Math.ceil(options.maxAudioMs * options.shape.sampleRate / 1000);
    this.#closed = this.text === "";
  }

  /** For each character of `text` its index within the source range. */
  get sourceMap(): ArrayLike<number> {
    return this.#clean.source;
  }

  /** False for a piece such as `---`: it has no audio and is over when playout reaches it. */
  get isSpeakable(): boolean {
    return this.text !== "";
  }

  /** True once no more audio will come. */
  get isClosed(): boolean {
    return this.#closed;
  }

  get isStarted(): boolean {
    return this.offsetSamples >= 0;
  }

  /** True when playout can start it: there is something to send, or nothing will ever come. */
  get isReady(): boolean {
    return this.#closed || this.availableSamples > 0;
  }

  /** Samples that can be sent now: whole frames, and at the end also what is left. */
  get availableSamples(): number {
    const inside = this.#queue.length;
    return this.#closed ? inside : inside - inside % this.#shape.frameSamples;
  }

  /** Audio inside and expected, not yet sent, in ms; an estimate until the sentence is closed. */
  estimateUnsentMs(speed: number): number {
    const insideMs = this.#toMs(this.#queue.length);
    if (this.#closed) return insideMs;
    const expectedMs = this.text.length * MS_PER_CHARACTER / speed - this.#toMs(this.sentSamples);
    return Math.max(insideMs, expectedMs);
  }

  /** Sets what turns the voice's audio into the session's; to be called when it is taken. */
  convertWith(converter: Converter): void {
    this.#converter = converter;
  }

  /** Takes a chunk of the voice's audio; throws when the sentence grows beyond its limit. */
  accept(chunk: AudioChunk): void {
    if (this.#closed) return;
    if (chunk.words !== undefined) this.words.push(...chunk.words);
    this.#push(this.#converter!.push(chunk.pcm));
    if (this.#receivedSamples > this.#maxSamples) {
      throw new Error(`the sentence's audio passed ${this.#toMs(this.#maxSamples)} ms`);
    }
  }

  /** The audio is whole. */
  complete(): void {
    this.#close(undefined);
  }

  /** The audio ends here, for a reason. What had come before is still sent. */
  fail(error: Problem): void {
    this.#close(error);
  }

  /** Takes out at most `count` samples. */
  read(count: number): Int16Array<ArrayBuffer> {
    const pcm = this.#queue.read(Math.min(count, this.availableSamples));
    this.sentSamples += pcm.length;
    return pcm;
  }

  /** Forgets the audio inside; nothing is accepted any more. */
  discard(): void {
    this.#closed = true;
    this.#converter = undefined;
    this.#queue.clear();
  }

  #close(error: Problem | undefined): void {
    if (this.#closed) return;
    if (this.#converter !== undefined) this.#push(this.#converter.end());
    this.#converter = undefined;
    if (this.#shape.wholeFrames) this.#padLastFrame();
    this.error = error;
    this.#closed = true;
  }

  #padLastFrame(): void {
    const rest = this.#queue.length % this.#shape.frameSamples;
    if (rest > 0) this.#queue.push(new Int16Array(this.#shape.frameSamples - rest));
  }

  #push(pcm: Int16Array<ArrayBuffer>): void {
    this.#receivedSamples += pcm.length;
    this.#queue.push(pcm);
  }

  #toMs(samples: number): number {
    return samples * 1000 / this.#shape.sampleRate;
  }
}
