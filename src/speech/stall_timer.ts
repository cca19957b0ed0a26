/**
 * Notices that a stream of text has fallen silent.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";

/** Calls back once after each silence; cheap to touch at every token. */
class StallTimer {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #onStall: () => void;
  #lastTouch = 0;
  #cancelTimer: CancelTimer | undefined;

  constructor(clock: Clock, silenceMs: number, onStall: () => void) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#onStall = onStall;
  }

  /** Text came. The running timer is left alone, and finds out when it fires. */
  touch(): void {
    this.#lastTouch = this.#clock.now();
    this.#cancelTimer ??= this.#clock.after(this.#silenceMs, () => this.#check());
  }

  /** No silence matters any more. */
  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #check(): void {
    const restMs = this.#lastTouch + this.#silenceMs - this.#clock.now();
    if (restMs > 0) {
      this.#cancelTimer = this.#clock.after(restMs, () => this.#check());
      return;
    }
    this.#cancelTimer = undefined;
    this.#onStall();
  }
}

/** A stall timer for each of several streams. */
export class StallTimers<Stream> {
  readonly #clock: Clock;
  readonly #silenceMs: number;
  readonly #onStall: (stream: Stream) => void;
  readonly #timers = new Map<Stream, StallTimer>();

  constructor(clock: Clock, silenceMs: number, onStall: (stream: Stream) => void) {
    this.#clock = clock;
    this.#silenceMs = silenceMs;
    this.#onStall = onStall;
  }

  /** Text of a stream came. */
  touch(stream: Stream): void {
    let timer = this.#timers.get(stream);
    if (timer === undefined) {
      timer = new StallTimer(this.#clock, this.#silenceMs, () => this.#onStall(stream));
      this.#timers.set(stream, timer);
    }
    timer.touch();
  }

  /** No silence of a stream matters any more. */
  stop(stream: Stream): void {
    this.#timers.get(stream)?.stop();
    this.#timers.delete(stream);
  }
}
