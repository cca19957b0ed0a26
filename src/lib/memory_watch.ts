/**
 * Whether the process comes close to the memory that it may take.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** Options of {@linkcode MemoryWatch}. */
export interface MemoryWatchOptions {
  readonly clock: Clock;
  /** Memory of the process, in bytes. */
  readonly read: () => number;
  /** Memory that it may take, in bytes. */
  readonly limit: number;
}

/** Time for which a look at the memory holds, in ms. */
const FRESH_MS = 50;

/**
 * Share of the limit from which on memory is short. The rest is for what was taken in before it was,
 * and for what the runtime has not cleared away yet.
 */
const SHORT_SHARE = 0.7;

/**
 * Looks at the memory when asked. A timer would not do: many messages at once are all read before any
 * timer fires, and what they bring is what fills the memory.
 */
export class MemoryWatch {
  readonly #options: MemoryWatchOptions;
  #isShort = false;
  #lookedAt = -Infinity;

  constructor(options: MemoryWatchOptions) {
    this.#options = options;
  }

  /** True while no more should be taken in. */
  get isShort(): boolean {
    const { clock, read, limit } = this.#options;
    const now = clock.now();
    if (now - this.#lookedAt >= FRESH_MS) {
      this.#lookedAt = now;
      this.#isShort = read() > limit * SHORT_SHARE;
    }
    return this.#isShort;
  }
}
