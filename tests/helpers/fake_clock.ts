import type { CancelTimer, Clock } from "../../src/lib/clock.ts";

interface Timer {
  at: number;
  readonly order: number;
  readonly every: number | undefined;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it; timers fire in the order of their times. */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(now = 1_000) {
    this.#now = now;
  }

  /** Timers that are still to fire. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): CancelTimer {
    return this.#add(ms, callback, undefined);
  }

  every(ms: number, callback: () => void): CancelTimer {
    return this.#add(ms, callback, ms);
  }

  /** Moves time on by `ms`, firing what falls due, without letting promises run in between. */
  advance(ms: number): void {
    const target = this.#now + ms;
    for (let timer = this.#next(target); timer; timer = this.#next(target)) this.#fire(timer);
    this.#now = Math.max(this.#now, target);
  }

  /** Moves time on by `ms`, letting promises settle before and after every timer. */
  async advanceAsync(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settle();
    for (let timer = this.#next(target); timer; timer = this.#next(target)) {
      this.#fire(timer);
      await settle();
    }
    this.#now = Math.max(this.#now, target);
    await settle();
  }

  /** Moves time on by `ms` as work does that takes so long: no timer fires during it. */
  spend(ms: number): void {
    this.#now += ms;
  }

  #add(ms: number, callback: () => void, every: number | undefined): CancelTimer {
    const timer: Timer = { at: this.#now + Math.max(0, ms), order: this.#order++, every, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at > until) continue;
      if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  }

  #fire(timer: Timer): void {
    this.#now = Math.max(this.#now, timer.at);
    if (timer.every === undefined) this.#timers.delete(timer);
    else timer.at += timer.every;
    timer.callback();
  }
}

/** Promise reactions in a row that {@linkcode settle} lets run: far more than any chain here has. */
const SETTLE_TURNS = 100;

/** Lets every promise that can settle without time or input settle. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await undefined;
}
