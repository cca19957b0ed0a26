/**
 * Waiting that can be cut short.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { deferred } from "./deferred.ts";

/** One wait at a time. */
export class Pause {
  readonly #clock: Clock;
  #end = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `ms`, or when the wait is ended. */
  wait(ms: number): Promise<void> {
    const { promise, resolve } = deferred<void>();
    const cancel = this.#clock.after(ms, resolve);
    this.#end = () => {
      cancel();
      resolve();
    };
    return promise;
  }

  /** Ends the wait, if there is one. */
  end(): void {
    this.#end();
  }
}
