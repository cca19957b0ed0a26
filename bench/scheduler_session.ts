/**
 * A listener in simulated time: what `Lookahead` and `Playout` do with a sentence, without its audio.
 *
 * @module
 */

import type { Tenant } from "../src/speech/fair_queue.ts";
import type { SentenceSource, SynthesisJob } from "../src/speech/scheduler.ts";
import { MS_PER_CHARACTER } from "../src/speech/sentence.ts";
import { TICK_MS } from "../src/speech/ticker.ts";
import type { PlannedSentence, Turn } from "./scheduler_mix.ts";

/** The server's defaults: `LOOKAHEAD_SENTENCES`, `LOOKAHEAD_MS`, `LEAD_MS`. */
const LOOKAHEAD = { sentences: 4, ms: 10_000 };
const LEAD_MS = 300;

/** A job, and whom it is for. */
export interface SimulatedJob extends SynthesisJob {
  readonly session: SimulatedSession;
  readonly plan: PlannedSentence;
  /** The utterance it belongs to, as a count. */
  readonly utterance: number;
  readonly index: number;
}

/** A listener that ran dry; ms. */
export interface Gap {
  readonly ms: number;
  /** How long the text had been there by then. */
  readonly slackMs: number;
}

/** What happened in one utterance. */
export interface Heard {
  firstAudioMs: number;
  /** Wait for a worker before the first audio, ms. */
  waitMs: number;
  audioMs: number;
  /** Times the listener ran dry though the text was there, soon enough for an idle pool. */
  readonly gaps: Gap[];
}

const NEVER = new AbortController().signal;

/** One place in the scheduler. Times are those of the simulation, ms. */
export class SimulatedSession implements SentenceSource {
  readonly tenant: Tenant;
  readonly isPaced = true;
  /** Whom it belongs to, whether the scheduler knows of it or not. */
  readonly owner: number;
  readonly #now: () => number;
  #plans: readonly PlannedSentence[] = [];
  /** When each sentence was written; so many have been. */
  readonly #queuedAt: number[] = [];
  /** By sentence: when its first audio came. */
  readonly #readyAt: (number | undefined)[] = [];
  /** By sentence that plays: when it will all have been sent. */
  readonly #sentAt: number[] = [];
  #taken = 0;
  #dryAt = -Infinity;
  #startedAt = 0;
  /** Counts utterances: what belongs to an earlier one is over. */
  utterance = 0;
  heard: Heard = { firstAudioMs: 0, waitMs: 0, audioMs: 0, gaps: [] };

  constructor(options: {
    readonly tenant: Tenant;
    readonly owner: number;
    readonly now: () => number;
  }) {
    this.tenant = options.tenant;
    this.owner = options.owner;
    this.#now = options.now;
  }

  /** When the listener will have heard all that came. */
  get dryAt(): number {
    return this.#dryAt;
  }

  /** Whether every sentence plays or has played. */
  get isSpoken(): boolean {
    return this.#sentAt.length === this.#plans.length;
  }

  /** The reply's first text comes now. */
  begin(turn: Turn): void {
    this.end();
    this.#plans = turn.sentences;
    this.#startedAt = this.#now();
    this.heard = { firstAudioMs: 0, waitMs: 0, audioMs: 0, gaps: [] };
  }

  /** Nothing more is said. */
  end(): void {
    this.utterance++;
    this.#plans = [];
    this.#queuedAt.length =
      this.#readyAt.length =
      this.#sentAt.length =
      this.#taken =
        0;
    this.#dryAt = Math.min(this.#dryAt, this.#now());
  }

  /** The next sentence is written. */
  write(): void {
    this.#queuedAt.push(this.#now());
  }

  get eligible(): number {
    const outstanding = this.#taken - this.#sent();
    if (outstanding >= LOOKAHEAD.sentences || this.#unsentMs() >= LOOKAHEAD.ms) return 0;
    return Math.min(this.#queuedAt.length - this.#taken, LOOKAHEAD.sentences - outstanding);
  }

  get dueAt(): number {
    const awaited = this.#queuedAt[this.#sentAt.length]!;
    return Math.max(this.#dryAt, awaited) + this.#silentMs();
  }

  get isFirst(): boolean {
    return this.#taken === 0;
  }

  /** When room for another sentence comes by itself; undefined where it takes more than time. */
  get roomAt(): number | undefined {
    if (this.#queuedAt.length === this.#taken) return undefined;
    const now = this.#now();
    const sent = this.#sent();
    const isFull = this.#taken - sent >= LOOKAHEAD.sentences;
    if (isFull && sent >= this.#sentAt.length) return undefined;
    const excessMs = this.#unsentMs() - LOOKAHEAD.ms;
    if (excessMs >= 0 && this.#silentMs() >= LOOKAHEAD.ms) return undefined;
    return Math.max(isFull ? this.#sentAt[sent]! : now, now + excessMs + 1);
  }

  take(): SimulatedJob {
    const index = this.#taken++;
    return new Job(this, this.#plans[index]!, index);
  }

  /** The first audio of a sentence is there: it plays, unless one before it is not. */
  ready(index: number): void {
    const now = this.#now();
    this.#readyAt[index] = now;
    while (this.#readyAt[this.#sentAt.length] !== undefined) this.#play(this.#sentAt.length, now);
  }

  #play(index: number, now: number): void {
    const { audioMs, firstChunkMs, writtenMs } = this.#plans[index]!;
    if (index === 0) {
      this.heard.firstAudioMs = now - this.#startedAt;
      this.heard.waitMs = Math.max(0, this.heard.firstAudioMs - writtenMs - firstChunkMs);
    } else if (now > this.#dryAt + TICK_MS && this.#queuedAt[index]! <= this.#dryAt) {
      const slackMs = this.#dryAt - this.#queuedAt[index]!;
      if (slackMs + TICK_MS >= firstChunkMs) {
        this.heard.gaps.push({ ms: now - this.#dryAt, slackMs });
      }
    }
    this.#dryAt = Math.max(now, this.#dryAt) + audioMs;
    this.heard.audioMs += audioMs;
    this.#sentAt.push(this.#dryAt - LEAD_MS);
  }

  /** Sentences that have left. */
  #sent(): number {
    const now = this.#now();
    let sent = Math.max(0, this.#sentAt.length - LOOKAHEAD.sentences);
    while (sent < this.#sentAt.length && this.#sentAt[sent]! <= now) sent++;
    return sent;
  }

  /** Audio that is there or expected, and has not left, ms. */
  #unsentMs(): number {
    return Math.max(0, this.#dryAt - LEAD_MS - this.#now()) + this.#silentMs();
  }

  /** Audio expected of the sentences that do not play yet, ms. */
  #silentMs(): number {
    let ms = 0;
    for (let index = this.#sentAt.length; index < this.#taken; index++) {
      ms += this.#plans[index]!.characters * MS_PER_CHARACTER;
    }
    return ms;
  }
}

/** What the scheduler hands on of a sentence. */
class Job implements SimulatedJob {
  readonly session: SimulatedSession;
  readonly plan: PlannedSentence;
  readonly utterance: number;
  readonly index: number;
  readonly voice = "one";
  readonly speed = 1;
  readonly signal = NEVER;

  constructor(session: SimulatedSession, plan: PlannedSentence, index: number) {
    this.session = session;
    this.plan = plan;
    this.utterance = session.utterance;
    this.index = index;
  }

  get sentence() {
    return { sessionId: "", utteranceId: "", index: this.index };
  }

  /** The scheduler charges a tenant by the text's length and looks at nothing else of it. */
  get text(): string {
    return " ".repeat(this.plan.characters);
  }

  accept(): void {}
  complete(): void {}
  fail(): void {}
}
