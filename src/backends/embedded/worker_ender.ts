/**
 * How the workers of threads end: killed, or asked to and waited for.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { settledWithin } from "../../lib/wait.ts";
import type { FromThread, ToThread } from "./messages.ts";

/**
 * Longest time for a worker to end when it is asked to, in ms. What native code has not finished by
 * then has failed without a word: nothing runs in the thread any more, and it can be killed.
 */
const PATIENCE_MS = 300_000;

/** Longest time that {@linkcode WorkerEnder.settled} waits, in ms. */
const SETTLE_MS = 10_000;

/** Options of {@linkcode WorkerEnder}. */
export interface WorkerEnderOptions {
  readonly clock: Clock;
  /** Workers are not killed while anything runs in them. */
  readonly mustFinish: boolean;
}

/** See the module. */
export class WorkerEnder {
  readonly #options: WorkerEnderOptions;
  /** Those that were asked and have not ended. */
  readonly #ending = new Set<Promise<void>>();

  constructor(options: WorkerEnderOptions) {
    this.#options = options;
  }

  /** Ends a worker whose messages nobody needs any more. */
  end(worker: Worker): void {
    if (!this.#options.mustFinish) return worker.terminate();
    const ended = this.#ask(worker);
    this.#ending.add(ended);
    ended.then(() => this.#ending.delete(ended));
  }

  /** Resolves when all workers have ended; when one takes too long, without it. */
  async settled(): Promise<void> {
    if (this.#ending.size === 0) return;
    await settledWithin(Promise.all(this.#ending), SETTLE_MS, this.#options.clock);
  }

  #ask(worker: Worker): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const onEnded = () => {
      cancelTimer();
      worker.terminate();
      resolve();
    };
    const cancelTimer = this.#options.clock.after(PATIENCE_MS, onEnded);
    worker.onmessage = (event: MessageEvent) => {
      if ((event.data as FromThread).type === "ended") onEnded();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      onEnded();
    };
    worker.postMessage({ type: "end" } satisfies ToThread);
    return promise;
  }
}
