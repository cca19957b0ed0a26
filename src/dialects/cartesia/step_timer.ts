/**
 * Cartesia's `step_time`.
 *
 * @module
 */

/** Tells how long each chunk of a stream has taken. */
export class StepTimer {
  readonly #now: () => number;
  #steppedAt: number;

  /** @param now clock time, in ms; the first step begins with this call. */
  constructor(now: () => number) {
    this.#now = now;
    this.#steppedAt = now();
  }

  /** The time since the step before, in whole ms. */
  next(): number {
    const now = this.#now();
    const stepMs = Math.round(now - this.#steppedAt);
    this.#steppedAt = now;
    return stepMs;
  }
}
