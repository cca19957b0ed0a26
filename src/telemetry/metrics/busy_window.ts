/**
 * How busy a fixed number of workers was lately: busy time over time.
 *
 * @module
 */

/** What is told is about so much time, in ms. */
const WINDOW_MS = 15_000;

/** Busy time is kept by slots of this length, in ms; what is told is off by less than one of them. */
const SLOT_MS = 100;

/** A window may begin and end inside a slot. */
const SLOTS = WINDOW_MS / SLOT_MS + 1;

/** Integrates the number of busy workers over time. Times are clock times in ms. */
export class BusyWindow {
  readonly #workers: number;
  readonly #startedAt: number;
  /** Busy time of all workers in each slot, in a ring. */
  readonly #busyMs = new Float64Array(SLOTS);
  #busy = 0;
  /** Until when the busy time is in the slots. */
  #at: number;

  constructor(workers: number, now: number) {
    this.#workers = workers;
    this.#startedAt = this.#at = now;
  }

  /** From now on so many workers are busy. */
  set(busy: number, now: number): void {
    this.#advance(now);
    this.#busy = busy;
  }

  /** Share of the last 15 s, or of the time since the start, that was spent busy: 0 to 100. */
  percent(now: number): number {
    this.#advance(now);
    const from = Math.max(this.#startedAt, now - WINDOW_MS);
    if (now <= from) return 0;
    const busyMs = this.#busySince(from, now);
    return Math.min(100, 100 * busyMs / ((now - from) * this.#workers));
  }

  #busySince(from: number, now: number): number {
    const firstSlot = Math.floor(from / SLOT_MS);
    const lastSlot = Math.floor(now / SLOT_MS);
    let busyMs = 0;
    for (let slot = firstSlot; slot <= lastSlot; slot++) busyMs += this.#busyMs[slot % SLOTS]!;
    // Of the slot that the window begins in only a part counts.
    const slotFrom = Math.max(firstSlot * SLOT_MS, this.#startedAt);
    const slotTo = Math.min((firstSlot + 1) * SLOT_MS, now);
    return busyMs - this.#busyMs[firstSlot % SLOTS]! * (from - slotFrom) / (slotTo - slotFrom);
  }

  #advance(now: number): void {
    const lastSlot = Math.floor(now / SLOT_MS);
    const oldestSlot = lastSlot - SLOTS + 1;
    const currentSlot = Math.floor(this.#at / SLOT_MS);
    for (let slot = Math.max(currentSlot, oldestSlot); slot <= lastSlot; slot++) {
      if (slot > currentSlot) this.#busyMs[slot % SLOTS] = 0;
      const slotFrom = Math.max(this.#at, slot * SLOT_MS);
      const slotTo = Math.min(now, (slot + 1) * SLOT_MS);
      if (slotTo > slotFrom) this.#busyMs[slot % SLOTS]! += this.#busy * (slotTo - slotFrom);
    }
    this.#at = Math.max(this.#at, now);
  }
}
