/**
 * The first audio of a sentence from whichever of two members gives it sooner.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Attempt } from "./attempt.ts";
import type { OnFleetEvent } from "./events.ts";

/** Options of {@linkcode firstToSpeak}. */
export interface HedgeOptions {
  readonly clock: Clock;
  /** Wait for the first attempt's audio before the second is begun, in ms; 0: it never is. */
  readonly hedgeAfterMs: number;
  /** Begins the second attempt, if one may be made. */
  readonly beginSecond: () => Attempt | undefined;
  readonly onEvent: OnFleetEvent;
}

/**
 * The attempt that gave audio, or came to its end without any. The other one is stopped.
 *
 * @throws what the first attempt failed with, if no attempt is left.
 */
export async function firstToSpeak(first: Attempt, options: HedgeOptions): Promise<Attempt> {
  const { clock, hedgeAfterMs, beginSecond, onEvent } = options;
  const ready = first.ready();
  if (hedgeAfterMs === 0 || await isSettledWithin(clock, hedgeAfterMs, ready)) {
    await ready;
    return first;
  }
  const second = beginSecond();
  if (second === undefined) {
    await ready;
    return first;
  }
  onEvent({ type: "hedge_started", backend: second.link.address });
  const winner = await firstOf([
    ready.then(() => first),
    second.ready().then(() => second),
  ]);
  onEvent({ type: "hedge_ended", won: winner === second });
  if (winner === undefined) {
    await ready;
    return first;
  }
  const loser = winner === first ? second : first;
  loser.stop(new DOMException("another member was faster", "AbortError"));
  // It may be frozen, which nobody finds out if it always loses in time.
  if (winner === second) first.link.check();
  return winner;
}

/** The first that succeeds, undefined if none does. */
function firstOf<T>(promises: readonly Promise<T>[]): Promise<T | undefined> {
  return Promise.any(promises).catch(() => undefined);
}

async function isSettledWithin(clock: Clock, ms: number, work: Promise<unknown>): Promise<boolean> {
  const late = Promise.withResolvers<boolean>();
  const cancelTimer = clock.after(ms, () => late.resolve(false));
  const settled = work.then(() => true, () => true);
  try {
    return await Promise.race([settled, late.promise]);
  } finally {
    cancelTimer();
  }
}
