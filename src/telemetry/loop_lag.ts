/**
 * How late the event loop is: by how much a timer fires after its time.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";

/** Options of {@linkcode LoopLag}. */
export interface LoopLagOptions {
  readonly clock: Clock;
}

/** Told of every sample, in ms. */
export type LagListener = (lagMs: number) => void;

/** Time between the samples, in ms. */
const PERIOD_MS = 100;

/** What counts as recent, in ms. */
const RECENT_MS = 10_000;

const SAMPLES = RECENT_MS / PERIOD_MS;

/** Samples the lag while it is started. */
export class LoopLag {
  readonly #clock: Clock;
  readonly #listeners: LagListener[] = [];
  /** The latest samples and their times, in a ring. */
  readonly #lags = new Float64Array(SAMPLES);
  readonly #times = new Float64Array(SAMPLES).fill(-Infinity);
  #next = 0;
  #cancel: CancelTimer | undefined;

  constructor({ clock }: LoopLagOptions) {
    this.#clock = clock;
  }

  /** Longest lag of the last 10 s, in ms; 0 before the first sample. */
  get recentMaxMs(): number {
    const since = this.#clock.now() - RECENT_MS;
    let max = 0;
    for (let index = 0; index < SAMPLES; index++) {
      if (this.#times[index]! >= since) max = Math.max(max, this.#lags[index]!);
    }
    return max;
  }

  /** Tells `listener` of every sample from now on. */
  subscribe(listener: LagListener): void {
    this.#listeners.push(listener);
  }

  /** Begins to sample; a second call changes nothing. */
  start(): void {
    if (this.#cancel === undefined) this.#arm();
  }

  /** Ends sampling; it can be started again. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    const dueAt = this.#clock.now() + PERIOD_MS;
    this.#cancel = this.#clock.after(PERIOD_MS, () => {
      // Armed first, so that whoever is told of the sample may stop it.
      this.#arm();
      this.#note(Math.max(0, this.#clock.now() - dueAt));
    });
  }

  #note(lagMs: number): void {
    this.#lags[this.#next] = lagMs;
    this.#times[this.#next] = this.#clock.now();
    this.#next = (this.#next + 1) % SAMPLES;
    for (const listener of this.#listeners) listener(lagMs);
  }
}
