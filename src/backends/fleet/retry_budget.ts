/**
 * How often a fleet may try again. Without a limit, retries multiply the load on members that fail
 * because of the load.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";

/** Options of {@linkcode RetryBudget}. */
export interface RetryBudgetOptions {
  readonly clock: Clock;
  /** Retries that each request earns, e.g. 0.2. */
  readonly ratio: number;
  /** Retries that each second earns. */
  readonly perSecond: number;
  /** Retries that can be saved up, now; they are there at the start. */
  readonly burst: () => number;
}

/** A bucket of retries, filled by requests and by time. */
export class RetryBudget {
  readonly #options: RetryBudgetOptions;
  /** Retries used and not earned again: the bucket is full at 0, and empty at the burst. */
  #spent = 0;
  #earnedAt: number;

  constructor(options: RetryBudgetOptions) {
    this.#options = options;
    this.#earnedAt = options.clock.now();
  }

  /** Notes a request. */
  request(): void {
    this.#earn(this.#options.ratio);
  }

  /** Takes one retry out; false when there is none. */
  take(): boolean {
    const { clock, perSecond, burst } = this.#options;
    const now = clock.now();
    this.#earn((now - this.#earnedAt) * perSecond / 1000);
    this.#earnedAt = now;
    if (this.#spent + 1 > burst()) return false;
    this.#spent++;
    return true;
  }

  #earn(retries: number): void {
    this.#spent = Math.max(0, this.#spent - retries);
  }
}
