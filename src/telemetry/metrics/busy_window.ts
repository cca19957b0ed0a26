/**
 * How busy the workers were lately: busy time over time.
 *
 * @module
 */

/** What is told is about so much time, in ms. */
const WINDOW_MS = 15_000;

/** Busy time is kept by slots of this length, in ms; what is told is off by less than one of them. */
const SLOT_MS = 100;

/** A window may begin and end inside a slot. */
const SLOTS = WINDOW_MS / SLOT_MS + 1;

/** The workers, and those of them that are busy, summed up over time. Times are clock times in ms. */
export class BusyWindow {
  readonly #startedAt: number;
  readonly #busy: SlotSums;
  readonly #workers: SlotSums;

  constructor(workers: number, now: number) {
    this.#startedAt = now;
    this.#busy = new SlotSums(now);
    this.#workers = new SlotSums(now);
    this.#workers.set(workers, now);
  }

  /** From now on so many workers are busy. */
  set(busy: number, now: number): void {
    this.#busy.set(busy, now);
  }

  /** From now on there are so many workers. */
  resize(workers: number, now: number): void {
    this.#workers.set(workers, now);
  }

  /** Share of the last 15 s, or of the time since the start, that was spent busy: 0 to 100. */
  percent(now: number): number {
    const from = Math.max(this.#startedAt, now - WINDOW_MS);
    const workerMs = this.#workers.since(from, now);
    return workerMs > 0 ? Math.min(100, 100 * this.#busy.since(from, now) / workerMs) : 0;
  }
}

/** A number that changes now and then, summed up over time. */
class SlotSums {
  readonly #startedAt: number;
  /** Number times ms of each slot, in a ring. */
  readonly #sums = new Float64Array(SLOTS);
  #value = 0;
  /** Until when the sums are complete. */
  #at: number;

  constructor(now: number) {
    this.#startedAt = this.#at = now;
  }

  set(value: number, now: number): void {
    this.#advance(now);
    this.#value = value;
  }

  /** The sum from `from`, not longer than the window ago, until now. */
  since(from: number, now: number): number {
    this.#advance(now);
    if (now <= from) return 0;
    const firstSlot = Math.floor(from / SLOT_MS);
    const lastSlot = Math.floor(now / SLOT_MS);
    let sum = 0;
    for (let slot = firstSlot; slot <= lastSlot; slot++) sum += this.#sums[slot % SLOTS]!;
    // Of the slot that the window begins in only a part counts.
    const slotFrom = Math.max(firstSlot * SLOT_MS, this.#startedAt);
    const slotTo = Math.min((firstSlot + 1) * SLOT_MS, now);
    return sum - this.#sums[firstSlot % SLOTS]! * (from - slotFrom) / (slotTo - slotFrom);
  }

  #advance(now: number): void {
    const lastSlot = Math.floor(now / SLOT_MS);
    const oldestSlot = lastSlot - SLOTS + 1;
    const currentSlot = Math.floor(this.#at / SLOT_MS);
    for (let slot = Math.max(currentSlot, oldestSlot); slot <= lastSlot; slot++) {
      if (slot > currentSlot) this.#sums[slot % SLOTS] = 0;
      const slotFrom = Math.max(this.#at, slot * SLOT_MS);
      const slotTo = Math.min(now, (slot + 1) * SLOT_MS);
      if (slotTo > slotFrom) this.#sums[slot % SLOTS]! += this.#value * (slotTo - slotFrom);
    }
    this.#at = Math.max(this.#at, now);
  }
}
