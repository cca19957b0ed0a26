/**
 * A promise about a duration: how often it was broken, and how well it was kept lately.
 *
 * @module
 */

import type { Cell } from "./values.ts";

/** Observations that compliance is about. */
const REMEMBERED = 1_000;

/** How well a promise was kept. */
export interface SlaCounts {
  readonly count: number;
  readonly kept: number;
}

/** Kept of all, 0 to 100; null before the first observation. */
export function complianceOf({ count, kept }: SlaCounts): number | null {
  return count === 0 ? null : 100 * kept / count;
}

/** See the module. */
export class Sla {
  readonly #targetMs: number;
  readonly #violations: Cell;
  /** The latest observations in a ring: 1 where the promise was kept. */
  readonly #kept = new Uint8Array(REMEMBERED);
  #count = 0;
  #keptCount = 0;

  /** The promise is kept by what takes `targetMs` or less; `violations` counts the others. */
  constructor(targetMs: number, violations: Cell) {
    this.#targetMs = targetMs;
    this.#violations = violations;
  }

  /** Share of the last 1,000 that kept the promise, 0 to 100; null before the first. */
  get compliancePercent(): number | null {
    return complianceOf(this.lately);
  }

  /** Of the last 1,000: how many there are, and how many kept the promise. */
  get lately(): SlaCounts {
    return { count: Math.min(this.#count, REMEMBERED), kept: this.#keptCount };
  }

  /** Notes how long something took. */
  note(ms: number): void {
    const kept = ms <= this.#targetMs ? 1 : 0;
    const place = this.#count++ % REMEMBERED;
    this.#keptCount += kept - this.#kept[place]!;
    this.#kept[place] = kept;
    if (kept === 0) this.#violations.add();
  }
}
