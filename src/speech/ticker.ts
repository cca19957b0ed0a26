/**
 * One timer for all listeners: a wheel of short ticks on which each session has at most one place.
 * Sessions start at different moments, so they spread over the ticks by themselves, and a control
 * message never waits behind the frames of all sessions at once.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";

/** Something that wants to be called at a given time. */
export interface Ticking {
  onTick(now: number): void;
}

/** Length of a tick in ms: the resolution of pacing. */
export const TICK_MS = 5;

/** Ticks in one turn; a due time further off than a turn is called at the turn's end. */
const TICKS_PER_TURN = 512;

/** Calls each scheduled item once, at the first tick at or after its due time. */
export class Ticker {
  readonly #clock: Clock;
  readonly #start: number;
  readonly #slots: Ticking[][] = Array.from({ length: TICKS_PER_TURN }, () => []);
  /** The tick each item is due at; a slot's entry that disagrees with it is stale. */
  readonly #dueTick = new Map<Ticking, number>();
  #lastTick = 0;
  #cancelTimer: CancelTimer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#start = clock.now();
  }

  /** Items that wait to be called. */
  get size(): number {
    return this.#dueTick.size;
  }

  /** Calls `item` at `dueAt` (clock time, ms), instead of when it was due before. */
  schedule(item: Ticking, dueAt: number): void {
    if (this.#cancelTimer === undefined) this.#wind();
    const wanted = Math.ceil((dueAt - this.#start) / TICK_MS);
    const tick = Math.min(
      Math.max(wanted, this.#lastTick + 1),
      this.#lastTick + TICKS_PER_TURN - 1,
    );
    if (this.#dueTick.get(item) === tick) return;
    this.#dueTick.set(item, tick);
    this.#slots[tick % TICKS_PER_TURN]!.push(item);
  }

  /** Forgets `item`; one that is not scheduled changes nothing. */
  cancel(item: Ticking): void {
    this.#dueTick.delete(item);
    if (this.#dueTick.size === 0) this.#rest();
  }

  #wind(): void {
    this.#lastTick = this.#tickNow();
    this.#cancelTimer = this.#clock.every(TICK_MS, () => this.#advance());
  }

  /** No one waits: without a timer the idle process sleeps. */
  #rest(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    for (const slot of this.#slots) slot.length = 0;
  }

  #tickNow(): number {
    return Math.floor((this.#clock.now() - this.#start) / TICK_MS);
  }

  #advance(): void {
    const target = this.#tickNow();
    while (this.#lastTick < target && this.#dueTick.size > 0) this.#callSlot(++this.#lastTick);
    if (this.#dueTick.size === 0) this.#rest();
  }

  #callSlot(tick: number): void {
    const index = tick % TICKS_PER_TURN;
    const items = this.#slots[index]!;
    if (items.length === 0) return;
    this.#slots[index] = [];
    const now = this.#clock.now();
    for (const item of items) {
      if (this.#dueTick.get(item) !== tick) continue;
      this.#dueTick.delete(item);
      item.onTick(now);
    }
  }
}
