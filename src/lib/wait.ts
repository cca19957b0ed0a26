/**
 * Waits with an end.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

/** Resolves after `ms`; rejects with the signal's reason, and leaves no timer, when it aborts. */
export function delay(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal.aborted) {
    reject(signal.reason);
    return promise;
  }
  const onAbort = () => {
    cancelTimer();
    reject(signal.reason);
  };
  const cancelTimer = clock.after(ms, () => {
    signal.removeEventListener("abort", onAbort);
    resolve();
  });
  signal.addEventListener("abort", onAbort, { once: true });
  return promise;
}

/** Options of {@linkcode withDeadline}. */
export interface DeadlineOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What to throw when the time is over. */
  readonly error: () => Error;
}

/**
 * The result of some work that is told to stop when its time is over or the signal aborts, and is
 * not waited for then.
 */
export async function withDeadline<T>(
  options: DeadlineOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { clock, timeoutMs, signal, error } = options;
  signal.throwIfAborted();
  const stop = new AbortController();
  const stopped = Promise.withResolvers<never>();
  stop.signal.addEventListener("abort", () => stopped.reject(stop.signal.reason), { once: true });
  const onAbort = () => stop.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const cancelTimer = clock.after(timeoutMs, () => stop.abort(error()));
  try {
    return await Promise.race([work(stop.signal), stopped.promise]);
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", onAbort);
  }
}

/** Resolves when the promise is settled, or after `ms`, whichever is first. Never rejects. */
export async function settledWithin(
  promise: Promise<unknown>,
  ms: number,
  clock: Clock,
): Promise<void> {
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const cancel = clock.after(ms, resolve);
  await Promise.race([promise.catch(() => {}), timeout]);
  cancel();
}
