/**
 * One scheduled piece of an utterance, with the bounded channel that its audio comes through.
 *
 * @module
 */

import { ResampledQueue } from "../lib/pcm/resampled_queue.ts";
import type { Resampler } from "../lib/pcm/resampler.ts";
import { SampleQueue } from "../lib/sample_queue.ts";
import type { AudioChunk, WordTiming } from "./backend.ts";
import type { CleanText } from "./cleaning/cleaner.ts";
import type { Problem } from "./types.ts";

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
  /** There while audio may come or is unsent: utterances keep their sentences, for a barge-in's report. */
  #audio: SampleQueue | ResampledQueue | undefined;
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
    const inside = this.#insideSamples;
    const rest = inside % this.#shape.frameSamples;
    if (!this.#closed) return inside - rest;
    return this.#shape.wholeFrames && rest > 0 ? inside - rest + this.#shape.frameSamples : inside;
  }

  /** Audio inside and expected, not yet sent, in ms; an estimate until the sentence is closed. */
  estimateUnsentMs(speed: number): number {
    const insideMs = this.#toMs(this.#insideSamples);
    if (this.#closed) return insideMs;
    const expectedMs = this.text.length * MS_PER_CHARACTER / speed - this.#toMs(this.sentSamples);
    return Math.max(insideMs, expectedMs);
  }

  /**
   * Makes room for audio; to be called when it is taken.
   *
   * @param resampler what turns the voice's audio into the session's; undefined at equal rates.
   */
  openFor(resampler: Resampler | undefined): void {
    this.#audio = resampler === undefined ? new SampleQueue() : new ResampledQueue(resampler);
  }

  /** Takes a chunk of the voice's audio; throws when the sentence grows beyond its limit. */
  accept(chunk: AudioChunk): void {
    if (this.#closed) return;
    this.#put(chunk);
    if (this.sentSamples + this.#insideSamples > this.#maxSamples) {
      throw new Error(`the sentence's audio passed ${this.#toMs(this.#maxSamples)} ms`);
    }
  }

  /** Takes all of the audio at once: it was within the limit when it came the first time. */
  fill(chunk: AudioChunk): void {
    this.#put(chunk);
    this.complete();
  }

  /** The audio is whole. */
  complete(): void {
    this.#close(undefined);
  }

  /** The audio ends here, for a reason. What had come before is still sent. */
  fail(error: Problem): void {
    this.#close(error);
  }

  /** Takes out at most `count` samples, whole frames of them until the last. */
  read(count: number): Int16Array<ArrayBuffer> {
    const samples = Math.min(count, this.availableSamples);
    const pcm = padded(this.#audio?.read(samples) ?? new Int16Array(0), samples);
    this.sentSamples += pcm.length;
    if (this.#closed && this.#insideSamples === 0) this.#audio = undefined;
    return pcm;
  }

  /** Forgets the audio inside; nothing is accepted any more. */
  discard(): void {
    this.#closed = true;
    this.#audio = undefined;
  }

  #put({ pcm, words = [] }: AudioChunk): void {
    this.words.push(...words);
    this.#audio!.push(pcm);
  }

  #close(error: Problem | undefined): void {
    if (this.#closed) return;
    if (this.#audio instanceof ResampledQueue) this.#audio.end();
    this.error = error;
    this.#closed = true;
  }

  /** Samples of audio that can be heard of what is inside. */
  get #insideSamples(): number {
    return this.#audio?.length ?? 0;
  }

  #toMs(samples: number): number {
    return samples * 1000 / this.#shape.sampleRate;
  }
}

/** `pcm` with silence up to `length` samples. */
function padded(pcm: Int16Array<ArrayBuffer>, length: number): Int16Array<ArrayBuffer> {
  if (pcm.length === length) return pcm;
  const whole = new Int16Array(length);
  whole.set(pcm);
  return whole;
}
