/**
 * How many messages a client may send.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";

/** A token bucket: `perSecond` in the long run, twice as many at once. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #capacity: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#capacity = this.#tokens = 2 * perSecond;
    this.#filledAt = clock.now();
  }

  /** Takes a token; without one, says in how many ms there will be one. */
  take(): { readonly retryAfterMs: number } | undefined {
    const now = this.#clock.now();
    const earned = (now - this.#filledAt) * this.#perSecond / 1000;
    this.#tokens = Math.min(this.#capacity, this.#tokens + earned);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      return { retryAfterMs: Math.ceil((1 - this.#tokens) * 1000 / this.#perSecond) };
    }
    this.#tokens--;
    return undefined;
  }
}
