/**
 * How long a sentence takes here, and so how long one more would wait.
 *
 * @module
 */

import type { SpeechEvent } from "./events.ts";

/** Share of the latest sentence in the mean: the last 50 or so tell. */
const SHARE = 0.04;

/** Learns from what happens. */
export class Workload {
  readonly #workers: () => number;
  #meanMs = 0;

  /** @param workers gives how many sentences are synthesised at the same time. */
  constructor(workers: () => number) {
    this.#workers = workers;
  }

  /** Takes note of an event. */
  readonly note = (event: SpeechEvent): void => {
    // One that was cancelled or failed says little of how long they take.
    if (event.type !== "synthesis_ended" || event.outcome !== "completed") return;
    const { durationMs } = event;
    this.#meanMs += (durationMs - this.#meanMs) * (this.#meanMs === 0 ? 1 : SHARE);
  };

  /** How long a sentence waits before which `queued` others stand, in ms; an estimate. */
  waitMs(queued: number): number {
    return queued * this.#meanMs / Math.max(1, this.#workers());
  }
}
