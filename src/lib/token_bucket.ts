/**
 * So much in the long run, and so much at once.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** What a bucket holds. */
export interface TokenBucketOptions {
  readonly clock: Pick<Clock, "now">;
  /** Tokens at the most, and at the start. */
  readonly capacity: number;
  readonly perSecond: number;
}

/** What sums of fractions may be off by. */
const EPSILON = 1e-6;

/** A token bucket. */
export class TokenBucket {
  readonly #options: TokenBucketOptions;
  #tokens: number;
  #filledAt: number;

  constructor(options: TokenBucketOptions) {
    this.#options = options;
    this.#tokens = options.capacity;
    this.#filledAt = options.clock.now();
  }

  /** In how many ms there will be that many; undefined if there are now. */
  waitMs(tokens = 1): number | undefined {
    this.#fill();
    const missing = tokens - this.#tokens - EPSILON;
    return missing <= 0 ? undefined : Math.ceil(missing * 1000 / this.#options.perSecond);
  }

  /** Takes tokens. Where there are too few it takes none, and tells in how many ms there will be enough. */
  take(tokens = 1): number | undefined {
    const waitMs = this.waitMs(tokens);
    if (waitMs === undefined) this.#tokens -= tokens;
    return waitMs;
  }

  /** Takes tokens that are used up already, whether there were as many or not; a capacity may be owed. */
  spend(tokens: number): void {
    this.#fill();
    this.#tokens = Math.max(-this.#options.capacity, this.#tokens - tokens);
  }

  #fill(): void {
    const { clock, capacity, perSecond } = this.#options;
    const now = clock.now();
    const earned = (now - this.#filledAt) * perSecond / 1000;
    this.#tokens = Math.min(capacity, this.#tokens + earned);
    this.#filledAt = now;
  }
}
