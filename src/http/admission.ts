/**
 * Whether the server can carry one more session: by how much of the workers those take who are being
 * spoken to, and by what it feels: sentences that have to wait while their listeners do, an event loop
 * that is late, send buffers and memory that fill up. It says no while those who are being served still
 * notice nothing. The workers are shared by tenant, so a tenant whose sentences wait may just want more
 * than its share of them: the others are not refused for it.
 *
 * What is felt comes late. Sentences are synthesised ahead of what is heard, so when there are too many
 * listeners nobody is late for as long as that lasts, and then everybody is. Therefore the load is
 * reckoned: a listener takes as much of a worker as a second of audio takes to be synthesised.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";
import type { SpeechEvent } from "../speech/events.ts";

/** Who has to be served, by whom. */
export interface Demand {
  /** Sessions that are being spoken to in real time. */
  readonly speaking: number;
  readonly workers: number;
}

/** Options of {@linkcode Admission}. */
export interface AdmissionOptions {
  readonly clock: Clock;
  /** Bytes in all send buffers. */
  readonly bufferedBytes: () => number;
  readonly isShortOfMemory: () => boolean;
  readonly demand: () => Demand;
  /** Share of the workers that may be needed for what is being said in real time, of 1. */
  readonly maxLoad: number;
  /**
   * A sentence is late when it waits longer for a worker while its listener hears nothing, in ms. The
   * first sentences of replies are always the first to be late: the next ones have what is being played.
   */
  readonly maxLateMs: number;
  /**
   * Mean lateness of the event loop over a window beyond which it is too much, in ms. A single pause,
   * such as a garbage collection, does not make it.
   */
  readonly maxLoopLagMs: number;
  readonly maxBufferedBytes: number;
}

/** What is full, as the answer tells it. */
export interface Overload {
  readonly reason: "workers" | "event_loop" | "send_buffers" | "memory";
  readonly message: string;
}

/** Time that is looked back on, in ms, in steps of a quarter. */
const WINDOW_MS = 2_000;
const STEPS = 4;

/** Weight of the syntheses before the latest one: a hundred or so tell. */
const MEMORY = 0.99;

/** Late sentences of a window from which on the workers are too few, and their share of all. */
const MANY_LATE = 3;
const LATE_SHARE = 0.05;

/** Sentences that a worker has taken. */
interface Sentences {
  taken: number;
  late: number;
}

/** What was noted during one step. */
interface Step {
  /** Sessions that have begun to say something. */
  added: number;
  /** Sentences, by tenant. */
  readonly sentences: Map<string, Sentences>;
  lagMs: number;
  lags: number;
}

/** Looks at what happens and what fills up. */
export class Admission {
  readonly #options: AdmissionOptions;
  /** The latest first. */
  #steps: Step[] = [emptyStep()];
  #bufferedBytes = 0;
  /** Sessions that have not said anything yet. */
  readonly #silent = new Set<string>();
  /** Of late, with the latest syntheses counting most: the time that they took, and their audio. */
  #synthesis = { durationMs: 0, audioMs: 0 };
  #cancel: CancelTimer | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Takes note of an event. */
  readonly note = (event: SpeechEvent): void => {
    switch (event.type) {
      case "session_started":
        this.#silent.add(event.sessionId);
        return;
      case "session_ended":
        this.#silent.delete(event.sessionId);
        return;
      case "utterance_started":
        // Who is there and says nothing takes nothing.
        if (this.#silent.delete(event.sessionId)) this.#steps[0]!.added++;
        return;
      case "sentence_taken":
        this.#noteTaken(event);
        // What takes no worker makes the others' speech cheaper, as it were.
        if (event.recalledMs === undefined) return;
        return this.#noteSynthesis({ durationMs: 0, audioMs: event.recalledMs });
      case "synthesis_ended":
        return this.#noteSynthesis(event);
    }
  };

  #noteTaken({ tenantId, lateMs }: { tenantId: string; lateMs: number }): void {
    const { sentences } = this.#steps[0]!;
    const { taken, late } = sentences.get(tenantId) ?? { taken: 0, late: 0 };
    const isLate = lateMs > this.#options.maxLateMs;
    sentences.set(tenantId, { taken: taken + 1, late: late + (isLate ? 1 : 0) });
  }

  #noteSynthesis({ durationMs, audioMs }: { durationMs: number; audioMs: number }): void {
    const before = this.#synthesis;
    this.#synthesis = {
      durationMs: before.durationMs * MEMORY + durationMs,
      audioMs: before.audioMs * MEMORY + audioMs,
    };
  }

  /** Takes note of how late the event loop was, in ms. */
  noteLag(lagMs: number): void {
    const step = this.#steps[0]!;
    step.lagMs += lagMs;
    step.lags++;
  }

  /** Begins to look. */
  start(): void {
    this.#cancel ??= this.#options.clock.every(WINDOW_MS / STEPS, () => this.#step());
  }

  /** Ends it. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Why no more sessions of a tenant are taken now; undefined if they are. Who it is may be unknown. */
  overloadFor(tenantId: string | undefined): Overload | undefined {
    const { maxLoad, maxLoopLagMs, maxBufferedBytes, isShortOfMemory } = this.#options;
    const { newcomers, lagMs, lags } = this.#window();
    if (lags > 0 && lagMs / lags > maxLoopLagMs) {
      return { reason: "event_loop", message: "the server is late already" };
    }
    if (this.#bufferedBytes > maxBufferedBytes) {
      return { reason: "send_buffers", message: "too much waits for slow clients" };
    }
    if (isShortOfMemory()) {
      return { reason: "memory", message: "the server's memory is used up" };
    }
    // Last: who has less than its share of the workers is let past this reason, and no other.
    if (this.#loadWith(newcomers) > maxLoad) {
      return { reason: "workers", message: "as many listeners as the workers can serve are there" };
    }
    if (tenantId !== undefined && this.#isLateFor(tenantId)) {
      return { reason: "workers", message: "sentences wait for a worker already" };
    }
    return undefined;
  }

  #isLateFor(tenantId: string): boolean {
    let taken = 0;
    let late = 0;
    for (const { sentences } of this.#steps) {
      const own = sentences.get(tenantId);
      taken += own?.taken ?? 0;
      late += own?.late ?? 0;
    }
    return late >= MANY_LATE && late >= taken * LATE_SHARE;
  }

  /**
   * Share of the workers that is needed for who is being spoken to, and for who has begun so lately that
   * it may not be yet.
   */
  #loadWith(newcomers: number): number {
    const { speaking, workers } = this.#options.demand();
    const { durationMs, audioMs } = this.#synthesis;
    if (audioMs === 0 || workers === 0) return 0;
    return (speaking + newcomers) * (durationMs / audioMs) / workers;
  }

  #step(): void {
    this.#steps = [emptyStep(), ...this.#steps.slice(0, STEPS - 1)];
    this.#bufferedBytes = this.#options.bufferedBytes();
  }

  #window(): { newcomers: number; lagMs: number; lags: number } {
    const sum = { newcomers: 0, lagMs: 0, lags: 0 };
    for (const { added, lagMs, lags } of this.#steps) {
      sum.newcomers += added;
      sum.lagMs += lagMs;
      sum.lags += lags;
    }
    return sum;
  }
}

function emptyStep(): Step {
  return { added: 0, sentences: new Map(), lagMs: 0, lags: 0 };
}
