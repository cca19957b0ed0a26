/**
 * What a listener is given of one sentence, out of the synthesis of one member or of several.
 *
 * Audio is passed on as it comes: none is held back for a failure that may come. Words are passed on
 * with the audio in which they begin, so that those of which nothing was given can still be told
 * with the times that another member speaks them at.
 *
 * @module
 */

import { msToSamples, samplesToMs } from "../../lib/pcm/duration.ts";
import type { AudioChunk, WordTiming } from "../../speech/backend.ts";
import { type Anchor, anchorAt, type Continuation, isSpeakable, skipMs } from "./continuation.ts";
import { Declick } from "./declick.ts";
import type { JoinKind } from "./events.ts";
import type { MemberCapabilities } from "./member.ts";

/** Options of {@linkcode Delivery}. */
export interface DeliveryOptions {
  /** The sentence's text. */
  readonly text: string;
  /** Hz. */
  readonly sampleRate: number;
  /** Audio of the next synthesis follows audio of the one before, at `atMs` of the sentence. */
  readonly onJoin: (kind: JoinKind, atMs: number) => void;
}

/** See the module. Positions are samples, unless their names say otherwise. */
export class Delivery {
  readonly #options: DeliveryOptions;
  #given = 0;
  #lastSample = 0;
  /** The last word that was passed on. */
  #current: WordTiming | undefined;
  /** Words known that begin in audio to come. */
  #ahead: WordTiming[] = [];
  /** Who speaks; undefined once their voices were mixed, so that nothing can be exact any more. */
  #source: MemberCapabilities | undefined;

  // Of the synthesis that runs:
  #continuation: Continuation;
  /** Audio received, and how much of it is skipped; undefined until that is known. */
  #received = 0;
  #skip: number | undefined = 0;
  /** The sentence's audio that was given before. */
  #base = 0;
  /** The last sample skipped. */
  #before: number | undefined;
  #declick: Declick | undefined;
  /** Chunks that came before it was known what to skip. */
  #held: AudioChunk[] = [];

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#continuation = { kind: "start", text: options.text };
  }

  /** Whether audio was given. */
  get hasBegun(): boolean {
    return this.#given > 0;
  }

  /** Whether nothing is left to say that would be worth another synthesis. */
  get isSpoken(): boolean {
    if (!this.hasBegun || this.#source?.deterministic) return false;
    const anchor = this.#anchor();
    return anchor !== undefined && !isSpeakable(this.#options.text.slice(anchor.textStart));
  }

  /**
   * What a member with those capabilities has to say for the sentence to go on; undefined if nothing
   * is left that it could say.
   */
  plan(capabilities: MemberCapabilities): Continuation | undefined {
    const { text } = this.#options;
    if (!this.hasBegun) return { kind: "start", text };
    if (this.#isExactWith(capabilities)) return { kind: "exact", text };
    const anchor = this.#anchor();
    const rest = text.slice(anchor?.textStart);
    if (!isSpeakable(rest)) return undefined;
    if (anchor === undefined || !capabilities.wordTimings) return { kind: "time", text };
    return { kind: "word", text: rest, anchor };
  }

  /** The chunks from here on are those of a member that was asked for that. */
  begin(continuation: Continuation, capabilities: MemberCapabilities): void {
    const { kind } = continuation;
    const keepsSource = kind === "start" || kind === "exact";
    this.#source = keepsSource ? capabilities : undefined;
    this.#continuation = continuation;
    this.#received = 0;
    this.#skip = kind === "word" ? undefined : this.#given;
    this.#base = this.#given;
    this.#before = undefined;
    this.#held = [];
    this.#ahead = [];
    this.#declick = kind === "start"
      ? undefined
      : new Declick(this.#lastSample, this.#options.sampleRate);
  }

  /** What a chunk gives the listener, if it gives anything. */
  accept(chunk: AudioChunk): AudioChunk | undefined {
    if (this.#skip !== undefined) return this.#deliver(chunk.pcm, chunk.words);
    this.#held.push(chunk);
    const first = chunk.words?.[0];
    return first === undefined ? undefined : this.#release(first);
  }

  /** What is left when the synthesis has come to its end. */
  end(): AudioChunk | undefined {
    const held = this.#skip === undefined ? this.#release(undefined) : undefined;
    const words = [...held?.words ?? [], ...this.#takeWords(Infinity)];
    const pcm = held?.pcm ?? new Int16Array(0);
    return pcm.length === 0 && words.length === 0 ? undefined : { pcm, words };
  }

  #anchor(): Anchor | undefined {
    return anchorAt({
      text: this.#options.text,
      givenMs: this.#toMs(this.#given),
      current: this.#current,
      next: this.#ahead[0],
    });
  }

  #isExactWith({ deterministic, engine }: MemberCapabilities): boolean {
    return deterministic && this.#source?.deterministic === true && this.#source.engine === engine;
  }

  /** The first word's timing says what to skip of what was held, and of what comes. */
  #release(first: WordTiming | undefined): AudioChunk | undefined {
    const held = this.#held;
    this.#held = [];
    const { sampleRate } = this.#options;
    this.#skip = this.#continuation.kind === "word" && first !== undefined
      ? msToSamples(skipMs(this.#continuation.anchor, first), sampleRate)
      : 0;
    return this.#deliver(joined(held), held.flatMap(({ words }) => words ?? []));
  }

  #deliver(
    received: Int16Array<ArrayBuffer>,
    words: readonly WordTiming[] = [],
  ): AudioChunk | undefined {
    for (const word of words) this.#noteWord(word);
    const pcm = this.#cut(received);
    if (pcm.length > 0) {
      this.#given += pcm.length;
      this.#lastSample = pcm[pcm.length - 1]!;
    }
    const told = this.#takeWords(this.#toMs(this.#given));
    if (told.length > 0) return { pcm, words: told };
    return pcm.length > 0 ? { pcm } : undefined;
  }

  /** The part of it that was not given yet. */
  #cut(received: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
    const from = Math.min(received.length, Math.max(0, this.#skip! - this.#received));
    this.#received += received.length;
    if (from > 0) this.#before = received[from - 1];
    const pcm = from === 0 ? received : received.subarray(from);
    const declick = this.#declick;
    if (declick === undefined || pcm.length === 0) return pcm;
    const isJoin = declick.step === undefined;
    const fitted = declick.fit(pcm, this.#before);
    if (isJoin) this.#noteJoin(declick.step!);
    if (declick.isDone) this.#declick = undefined;
    return fitted;
  }

  #noteJoin(step: number): void {
    const { kind } = this.#continuation;
    if (kind === "start") return;
    const isExact = kind === "exact" && step === 0;
    // What was said to be the same is not.
    if (kind === "exact" && !isExact) this.#source = undefined;
    this.#options.onJoin(kind === "exact" && !isExact ? "time" : kind, this.#toMs(this.#given));
  }

  /** Puts a word at its place in the sentence, unless it was passed on before. */
  #noteWord(word: WordTiming): void {
    const continuation = this.#continuation;
    const textOffset = continuation.kind === "word" ? continuation.anchor.textStart : 0;
    const start = word.start + textOffset;
    if (this.#current !== undefined && start < this.#current.end) return;
    if (continuation.kind === "start" || continuation.kind === "exact") {
      this.#ahead.push(word);
      return;
    }
    const shiftMs = this.#toMs(this.#base - this.#skip!);
    // By the former member's timing the word before may last longer.
    const earliestMs = this.#current?.endMs ?? 0;
    const startMs = Math.max(earliestMs, word.startMs + shiftMs);
    const endMs = Math.max(startMs, word.endMs + shiftMs);
    this.#ahead.push({ start, end: word.end + textOffset, startMs, endMs });
  }

  /** Takes out the words that begin before `ms` of the sentence. */
  #takeWords(ms: number): WordTiming[] {
    const due = this.#ahead.findIndex((word) => word.startMs >= ms);
    const words = this.#ahead.splice(0, due < 0 ? this.#ahead.length : due);
    this.#current = words.at(-1) ?? this.#current;
    return words;
  }

  #toMs(samples: number): number {
    return samplesToMs(samples, this.#options.sampleRate);
  }
}

/** The audio of all chunks as one piece. */
function joined(chunks: readonly AudioChunk[]): Int16Array<ArrayBuffer> {
  const pcm = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.pcm.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    pcm.set(chunk.pcm, position);
    position += chunk.pcm.length;
  }
  return pcm;
}
