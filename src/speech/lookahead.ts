/**
 * A session's side of scheduling: which of its sentences may be synthesised now, and by when.
 *
 * @module
 */

import type { Resampler } from "../lib/pcm/resampler.ts";
import type { AudioChunk, SynthesisRequest } from "./backend.ts";
import type { SentenceRef } from "./events.ts";
import type { Tenant } from "./fair_queue.ts";
import type { Listener } from "./listener.ts";
import type { SentenceSource, SynthesisJob } from "./scheduler.ts";
import type { Sentence } from "./sentence.ts";
import type { Utterance } from "./utterance.ts";

/** How far ahead of playout a session may be synthesised. */
export interface LookaheadLimits {
  /** Sentences taken and not yet wholly sent. */
  readonly sentences: number;
  /** Their audio that is not yet sent, in ms. */
  readonly ms: number;
}

/** Options of {@linkcode Lookahead}. */
export interface LookaheadOptions {
  readonly sessionId: string;
  readonly tenant: Tenant;
  readonly limits: () => LookaheadLimits;
  /** Unfinished utterances in the order they are to be spoken. */
  readonly line: readonly Utterance[];
  readonly listener: Listener;
  readonly recall: (request: SynthesisRequest) => AudioChunk | undefined;
  readonly createResampler: (voice: string) => Resampler | undefined;
  readonly isPaused: () => boolean;
  readonly isPaced: () => boolean;
  /** `dueAt` is the clock time, ms, at which its audio was due; it is closed if its audio was at hand. */
  readonly onTaken: (utterance: Utterance, sentence: Sentence, dueAt: number) => void;
  /** Audio came, or will not come any more. */
  readonly onAudio: () => void;
}

/** Added to a paused session's due time, in ms: it is served when nobody else waits. */
const PAUSED_DELAY_MS = 1e9;

/**
 * Walks a session's line. Only what stands before an utterance counts against its look-ahead, so
 * that one further back can never keep the one being spoken from going on.
 */
export class Lookahead implements SentenceSource {
  readonly #options: LookaheadOptions;

  constructor(options: LookaheadOptions) {
    this.#options = options;
  }

  get tenant(): Tenant {
    return this.#options.tenant;
  }

  get isPaced(): boolean {
    return this.#options.isPaced();
  }

  get eligible(): number {
    const { line } = this.#options;
    const position = line.findIndex(hasUntaken);
    // Most often: all that was written is taken.
    if (position < 0) return 0;
    const { sentences, ms } = this.#options.limits();
    let taken = 0;
    for (let index = 0; index <= position; index++) taken += line[index]!.outstanding.length;
    if (taken >= sentences) return 0;
    let unsentMs = 0;
    for (let index = 0; index <= position; index++) unsentMs += unsentMsOf(line[index]!);
    return unsentMs < ms ? line[position]!.countUntaken(sentences - taken) : 0;
  }

  get dueAt(): number {
    const { line, listener, isPaused } = this.#options;
    let since: number | undefined;
    let unsentMs = 0;
    for (const utterance of line) {
      // A listener who has long been silent waits since there is something to say, not since then.
      const awaited = utterance.sentences[utterance.playIndex];
      if (awaited !== undefined) since ??= Math.max(listener.dryAt, awaited.queuedAt);
      unsentMs += unsentMsOf(utterance);
      if (utterance.nextToTake === undefined) continue;
      return since! + unsentMs + (isPaused() ? PAUSED_DELAY_MS : 0);
    }
    return Infinity;
  }

  /** Nobody hears a gap before the first word of an utterance that nothing is played before. */
  get isFirst(): boolean {
    const [utterance] = this.#options.line;
    return utterance?.nextToTake !== undefined && utterance.firstAudioAt === undefined &&
      utterance.outstanding.length === 0;
  }

  take(): SynthesisJob {
    const { sessionId, onAudio } = this.#options;
    const utterance = this.#nextUtterance!;
    return new SentenceJob(sessionId, utterance, this.#takeOf(utterance), onAudio);
  }

  /** Fills in what comes next and needs no synthesis, within the look-ahead. Returns whether there was any. */
  recall(): boolean {
    let hasAny = false;
    while (this.eligible > 0) {
      const utterance = this.#nextUtterance!;
      const { voice, speed } = utterance.settings;
      const chunk = this.#options.recall({ text: utterance.nextToTake!.text, voice, speed });
      if (chunk === undefined) break;
      this.#takeOf(utterance, chunk);
      hasAny = true;
    }
    return hasAny;
  }

  get #nextUtterance(): Utterance | undefined {
    return this.#options.line.find(hasUntaken);
  }

  /** @param chunk all of its audio, if that is at hand. */
  #takeOf(utterance: Utterance, chunk?: AudioChunk): Sentence {
    const { dueAt } = this;
    const sentence = utterance.take();
    sentence.openFor(this.#options.createResampler(utterance.settings.voice));
    if (chunk !== undefined) sentence.fill(chunk);
    this.#options.onTaken(utterance, sentence, dueAt);
    return sentence;
  }
}

/** A sentence as its worker sees it. */
class SentenceJob implements SynthesisJob {
  readonly sentence: SentenceRef;
  readonly #utterance: Utterance;
  readonly #sentence: Sentence;
  readonly #onAudio: () => void;

  constructor(
    sessionId: string,
    utterance: Utterance,
    sentence: Sentence,
    onAudio: () => void,
  ) {
    this.sentence = { sessionId, utteranceId: utterance.id, index: sentence.index };
    this.#utterance = utterance;
    this.#sentence = sentence;
    this.#onAudio = onAudio;
  }

  get text(): string {
    return this.#sentence.text;
  }

  get voice(): string {
    return this.#utterance.settings.voice;
  }

  get speed(): number {
    return this.#utterance.settings.speed;
  }

  get signal(): AbortSignal {
    return this.#utterance.signal;
  }

  accept(chunk: AudioChunk): void {
    this.#sentence.accept(chunk);
    this.#onAudio();
  }

  complete(): void {
    this.#sentence.complete();
    this.#onAudio();
  }

  fail(message: string): void {
    this.#sentence.fail({
      code: "synthesis_failed",
      message: `sentence ${this.#sentence.index} could not be spoken: ${message}`,
      utteranceId: this.#utterance.id,
    });
    this.#onAudio();
  }
}

function hasUntaken(utterance: Utterance): boolean {
  return utterance.nextToTake !== undefined;
}

function unsentMsOf(utterance: Utterance): number {
  const { speed } = utterance.settings;
  let unsentMs = 0;
  for (const sentence of utterance.outstanding) unsentMs += sentence.estimateUnsentMs(speed);
  return unsentMs;
}
