/**
 * What one client may send: how much at once, how often, and how often in vain.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import { utf8Length } from "../lib/utf8.ts";
import type { Problem } from "../speech/types.ts";
import { RateLimit } from "./rate_limit.ts";

/** Options of {@linkcode Intake}. */
export interface IntakeOptions {
  readonly clock: Clock;
  readonly maxMessageBytes: number;
  readonly maxMessagesPerSecond: number;
}

/** Requests in a row that cannot be used; one more is the last. */
const MAX_BAD_REQUESTS = 1_000;

/** Looks at messages before and after they are read. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #rate: RateLimit;
  #badRequests = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#rate = new RateLimit(options.clock, options.maxMessagesPerSecond);
  }

  /** What is wrong with a message's size; undefined if nothing is. */
  checkSize(data: string | ArrayBuffer): Problem | undefined {
    const limit = this.#options.maxMessageBytes;
    const length = typeof data === "string" ? utf8Length(data, limit) : data.byteLength;
    if (length <= limit) return undefined;
    return { code: "too_large", message: `a message may have ${limit} bytes`, limit };
  }

  /** Counts a message. What is wrong with it if it is one too many. */
  checkRate(): Problem | undefined {
    const excess = this.#rate.take();
    if (excess === undefined) return undefined;
    const limit = this.#options.maxMessagesPerSecond;
    const message = `more than ${limit} messages a second`;
    return { code: "rate_limited", message, limit, ...excess };
  }

  /** Counts a request that can be used. */
  noteGood(): void {
    this.#badRequests = 0;
  }

  /** Counts one that cannot. What to tell when there were too many in a row. */
  noteBad(problem: Problem): Problem | undefined {
    if (++this.#badRequests <= MAX_BAD_REQUESTS) return undefined;
    const message = `${problem.message}; ${MAX_BAD_REQUESTS} requests in a row could not be used`;
    return { ...problem, message };
  }
}
