/**
 * Quantiles of the values that came lately, of any number of them, in constant memory.
 *
 * A value is counted in a bin whose bounds grow by a constant factor, so a quantile's error is
 * relative to the quantile. The window moves on in slots: each has counts of its own, which are
 * taken from the total when the slot leaves.
 *
 * @module
 */

/** Options of {@linkcode SlidingQuantiles}. Values may have any unit; times are ms. */
export interface SlidingQuantilesOptions {
  /**
   * How long a value counts. It leaves up to one slot earlier.
   * @default {300_000}
   */
  readonly windowMs?: number;
  /**
   * Steps in which the window moves on.
   * @default {30}
   */
  readonly slots?: number;
  /**
   * Largest relative error of a quantile between `min` and `max`.
   * @default {0.005}
   */
  readonly accuracy?: number;
  /**
   * Smaller values count as 0.
   * @default {0.001}
   */
  readonly min?: number;
  /**
   * Larger values count as this one.
   * @default {1e7}
   */
  readonly max?: number;
}

/** The number of a bin, and how many values are in it; with equal options the bins are the same. */
export type Bin = readonly [bin: number, count: number];

/** See the module. Times are handed in, from 0 on; one that goes back counts as the latest. */
export class SlidingQuantiles {
  readonly #min: number;
  readonly #max: number;
  readonly #slots: number;
  readonly #slotMs: number;
  readonly #growth: number;
  readonly #logGrowth: number;
  readonly #bins: number;
  /** The counts of each slot, one slot after the other. */
  readonly #counts: Uint32Array;
  readonly #slotCounts: Uint32Array;
  readonly #total: Uint32Array;
  /** Number of the slot that is being filled. */
  #slot = -1;
  #count = 0;

  constructor(options: SlidingQuantilesOptions = {}) {
    const { windowMs = 300_000, slots = 30, accuracy = 0.005, min = 0.001, max = 1e7 } = options;
    this.#min = min;
    this.#max = max;
    this.#slots = slots;
    this.#slotMs = windowMs / slots;
    this.#growth = (1 + accuracy) / (1 - accuracy);
    this.#logGrowth = Math.log(this.#growth);
    this.#bins = this.#binOf(max) + 1;
    this.#counts = new Uint32Array(slots * this.#bins);
    this.#slotCounts = new Uint32Array(slots);
    this.#total = new Uint32Array(this.#bins);
  }

  /** Counts a value; one that is not a number is left out. */
  add(value: number, now: number): void {
    if (Number.isNaN(value)) return;
    this.#advance(now);
    this.#put(this.#binOf(Math.min(value, this.#max)), 1);
  }

  /** The values in the window, for {@linkcode addBins}. */
  bins(now: number): Bin[] {
    this.#advance(now);
    return [...this.#total.entries()].filter(([, count]) => count > 0);
  }

  /** Counts, as if they came now, the values of another that has the same options. */
  addBins(bins: readonly Bin[], now: number): void {
    this.#advance(now);
    for (const [bin, count] of bins) this.#put(bin, count);
  }

  /** Values in the window. */
  count(now: number): number {
    this.#advance(now);
    return this.#count;
  }

  /** The smallest value that a share of `q` (0..1) of the values do not exceed; null without any. */
  quantile(q: number, now: number): number | null {
    this.#advance(now);
    if (this.#count === 0) return null;
    // 0.07 * 100 is a little more than 7: what is whole but for rounding is whole.
    const rank = Math.max(1, Math.ceil(q * this.#count - 1e-9));
    let seen = 0;
    let bin = -1;
    while (seen < rank) seen += this.#total[++bin]!;
    return this.#valueOf(bin);
  }

  #put(bin: number, count: number): void {
    const row = this.#slot % this.#slots;
    this.#counts[row * this.#bins + bin]! += count;
    this.#slotCounts[row]! += count;
    this.#total[bin]! += count;
    this.#count += count;
  }

  /** Bin 0 is for what is below the least value. */
  #binOf(value: number): number {
    return value < this.#min ? 0 : 1 + Math.floor(Math.log(value / this.#min) / this.#logGrowth);
  }

  /** The value in a bin that is equally far, in proportion, from both its bounds. */
  #valueOf(bin: number): number {
    if (bin === 0) return 0;
    return this.#min * this.#growth ** bin * 2 / (1 + this.#growth);
  }

  #advance(now: number): void {
    const slot = Math.floor(now / this.#slotMs);
    const first = Math.max(this.#slot + 1, slot - this.#slots + 1);
    for (let next = first; next <= slot; next++) this.#clear(next % this.#slots);
    if (slot > this.#slot) this.#slot = slot;
  }

  #clear(row: number): void {
    if (this.#slotCounts[row] === 0) return;
    const from = row * this.#bins;
    for (let bin = 0; bin < this.#bins; bin++) this.#total[bin]! -= this.#counts[from + bin]!;
    this.#counts.fill(0, from, from + this.#bins);
    this.#count -= this.#slotCounts[row]!;
    this.#slotCounts[row] = 0;
  }
}
