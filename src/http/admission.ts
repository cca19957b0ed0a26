/**
 * Whether the server can carry one more session, by what it feels: sentences that have to wait while
 * their listeners do, an event loop that is late, send buffers and memory that fill up. It says no while
 * those who are being served still notice nothing.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";
import type { SpeechEvent } from "../speech/events.ts";

/** What fills up. */
export interface Fill {
  /** Bytes in all send buffers. */
  readonly bufferedBytes: number;
  /** Memory of the process, in bytes. */
  readonly memoryBytes: number;
}

/** Options of {@linkcode Admission}. */
export interface AdmissionOptions {
  readonly clock: Clock;
  readonly fill: () => Fill;
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
  readonly maxMemoryBytes: number;
}

/** What is full, as the answer tells it. */
export interface Overload {
  readonly reason: "workers" | "event_loop" | "send_buffers" | "memory";
  readonly message: string;
}

/** Time that is looked back on, in ms, in steps of a quarter. */
const WINDOW_MS = 2_000;
const STEPS = 4;

/** Late sentences of a window from which on the workers are too few, and their share of all. */
const MANY_LATE = 3;
const LATE_SHARE = 0.05;

/** What was noted during one step. */
interface Step {
  taken: number;
  late: number;
  lagMs: number;
  lags: number;
}

/** Looks at what happens and what fills up. */
export class Admission {
  readonly #options: AdmissionOptions;
  /** The latest first. */
  #steps: Step[] = [emptyStep()];
  #fill: Fill = { bufferedBytes: 0, memoryBytes: 0 };
  #cancel: CancelTimer | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** Takes note of an event. */
  readonly note = (event: SpeechEvent): void => {
    if (event.type !== "sentence_taken") return;
    const step = this.#steps[0]!;
    step.taken++;
    if (event.lateMs > this.#options.maxLateMs) step.late++;
  };

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

  /** Why no more sessions are taken now; undefined if they are. */
  get overload(): Overload | undefined {
    const { maxLoopLagMs, maxBufferedBytes, maxMemoryBytes } = this.#options;
    const { taken, late, lagMs, lags } = this.#window();
    if (late >= MANY_LATE && late >= taken * LATE_SHARE) {
      return { reason: "workers", message: "sentences wait for a worker already" };
    }
    if (lags > 0 && lagMs / lags > maxLoopLagMs) {
      return { reason: "event_loop", message: "the server is late already" };
    }
    if (this.#fill.bufferedBytes > maxBufferedBytes) {
      return { reason: "send_buffers", message: "too much waits for slow clients" };
    }
    if (this.#fill.memoryBytes > maxMemoryBytes) {
      return { reason: "memory", message: "the server's memory is used up" };
    }
    return undefined;
  }

  #step(): void {
    this.#steps = [emptyStep(), ...this.#steps.slice(0, STEPS - 1)];
    this.#fill = this.#options.fill();
  }

  #window(): Step {
    const sum = emptyStep();
    for (const { taken, late, lagMs, lags } of this.#steps) {
      sum.taken += taken;
      sum.late += late;
      sum.lagMs += lagMs;
      sum.lags += lags;
    }
    return sum;
  }
}

function emptyStep(): Step {
  return { taken: 0, late: 0, lagMs: 0, lags: 0 };
}
