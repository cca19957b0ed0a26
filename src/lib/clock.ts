/**
 * Time as a value that is handed in, so that tests can move it.
 *
 * @module
 */

/** Takes back a timer that has not fired; doing so twice, or too late, does nothing. */
export type CancelTimer = () => void;

/** A monotonic clock with timers. Times are milliseconds. */
export interface Clock {
  /** Milliseconds since some fixed moment; never goes back. */
  now(): number;
  /** Calls `callback` once, `ms` from now. */
  after(ms: number, callback: () => void): CancelTimer;
  /** Calls `callback` every `ms`. */
  every(ms: number, callback: () => void): CancelTimer;
}

/** The machine's monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const id = setTimeout(callback, ms);
    return () => clearTimeout(id);
  },
  every(ms, callback) {
    const id = setInterval(callback, ms);
    return () => clearInterval(id);
  },
};
