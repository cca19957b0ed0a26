/**
 * How many syntheses a member is given at the same time.
 *
 * A member may be shared with other servers, so its limit is not ours alone. When it refuses one it
 * is given no more than it has, and after that one more with every round of successes.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../../lib/clock.ts";

/** Pause for a member that refuses while it has none of ours, in ms; doubles with every refusal. */
const FIRST_PAUSE_MS = 50;

/** Longest such pause, in ms. */
const MAX_PAUSE_MS = 1_000;

/** See the module. */
export class Load {
  readonly #clock: Clock;
  /** A pause is over. */
  readonly #onRoom: () => void;
  #limit = 0;
  /** What it is thought to take from us, 1 to the limit. */
  #allowed = 0;
  #outstanding = 0;
  #refusals = 0;
  #cancelPause: CancelTimer | undefined;

  constructor(clock: Clock, onRoom: () => void) {
    this.#clock = clock;
    this.#onRoom = onRoom;
  }

  /** Syntheses it has. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Syntheses it takes by its own word. */
  get limit(): number {
    return this.#limit;
  }

  /** Whether it can be given one more. */
  get hasRoom(): boolean {
    return this.#outstanding < Math.floor(this.#allowed) && this.#cancelPause === undefined;
  }

  /** Sets the limit that the member names; the same again changes nothing. */
  setLimit(limit: number): void {
    if (limit !== this.#limit) this.#limit = this.#allowed = limit;
  }

  take(): void {
    this.#outstanding++;
  }

  release(): void {
    this.#outstanding--;
  }

  /** It finished one. */
  succeeded(): void {
    this.#refusals = 0;
    this.#allowed = Math.min(this.#limit, this.#allowed + 1 / this.#allowed);
  }

  /** It refused one, which has not been released yet. */
  refused(retryAfterMs?: number): void {
    const others = this.#outstanding - 1;
    this.#allowed = Math.max(1, Math.min(this.#allowed, others));
    // With others there, their end is what to wait for.
    if (others > 0 && retryAfterMs === undefined) return;
    const pauseMs = Math.min(MAX_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#refusals++);
    this.#pause(Math.min(MAX_PAUSE_MS, Math.max(pauseMs, retryAfterMs ?? 0)));
  }

  /** Leaves no timer. */
  close(): void {
    this.#cancelPause?.();
  }

  #pause(ms: number): void {
    this.#cancelPause?.();
    this.#cancelPause = this.#clock.after(ms, () => {
      this.#cancelPause = undefined;
      this.#onRoom();
    });
  }
}
