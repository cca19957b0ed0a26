/**
 * The calls that are connected, and who waits for one.
 *
 * @module
 */

import type { Clock } from "../../../lib/clock.ts";
import type { Call } from "./call.ts";

/** Time that a session's client waits for its call to be connected, in ms. */
const WAIT_MS = 10_000;

/** Calls by their SIDs. */
export class Calls {
  readonly #clock: Clock;
  readonly #calls = new Map<string, Call>();
  readonly #waiting = new Map<string, Set<(call: Call | undefined) => void>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a call; false if there is one of that SID. */
  add(call: Call): boolean {
    if (this.#calls.has(call.callSid)) return false;
    this.#calls.set(call.callSid, call);
    for (const resolve of this.#waiting.get(call.callSid) ?? []) resolve(call);
    return true;
  }

  remove(call: Call): void {
    if (this.#calls.get(call.callSid) === call) this.#calls.delete(call.callSid);
  }

  /** The call of that SID, now or soon; undefined if it does not come. */
  async find(callSid: string, signal: AbortSignal): Promise<Call | undefined> {
    const call = this.#calls.get(callSid);
    if (call !== undefined) return call;
    const { promise, resolve } = Promise.withResolvers<Call | undefined>();
    const waiting = this.#waiting.get(callSid) ?? new Set();
    this.#waiting.set(callSid, waiting.add(resolve));
    const cancel = this.#clock.after(WAIT_MS, () => resolve(undefined));
    const leave = () => resolve(undefined);
    signal.addEventListener("abort", leave, { once: true });
    try {
      return await promise;
    } finally {
      cancel();
      signal.removeEventListener("abort", leave);
      waiting.delete(resolve);
      if (waiting.size === 0) this.#waiting.delete(callSid);
    }
  }
}
