/**
 * A bound for a wait whose result is of no interest.
 *
 * @module
 */

import type { Clock } from "./clock.ts";

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
