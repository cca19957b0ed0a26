/**
 * What one client may send: how much at once, how often, and how often in vain.
 *
 * @module
 */

import { type Decoded, type Dialect, MAIN } from "../dialects/dialect.ts";
import type { Clock } from "../lib/clock.ts";
import { TokenBucket } from "../lib/token_bucket.ts";
import { utf8Length } from "../lib/utf8.ts";
import type { Problem } from "../speech/types.ts";
import { TIME_IS_UP } from "./time_shares.ts";

/** Options of {@linkcode Intake}. */
export interface IntakeOptions {
  readonly clock: Clock;
  readonly maxMessageBytes: number;
  readonly maxMessagesPerSecond: number;
  /**
   * In how many ms the tenant's messages may take the server's time again; undefined: now.
   * @default {() => undefined}
   */
  readonly timeWaitMs?: () => number | undefined;
}

/** Seconds' worth of messages that may come at once. */
const BURST_S = 2;

/** So many more requests that cannot be used than such that can; one more is the last. */
const MAX_BAD_REQUESTS = 1_000;

/**
 * What a message counts as that comes while its tenant has used up its time: refusing takes time as well,
 * so that who goes on has to be closed soon.
 */
const UNTIMELY_WEIGHT = 10;

/** Looks at messages before and after they are read. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #rate: TokenBucket;
  #badRequests = 0;

  constructor(options: IntakeOptions) {
    this.#options = options;
    const { clock, maxMessagesPerSecond: perSecond } = options;
    this.#rate = new TokenBucket({ clock, perSecond, capacity: BURST_S * perSecond });
  }

  /** What is wrong with a message's size; undefined if nothing is. */
  checkSize(data: string | ArrayBuffer): Problem | undefined {
    const limit = this.#options.maxMessageBytes;
    const length = typeof data === "string" ? utf8Length(data, limit) : data.byteLength;
    if (length <= limit) return undefined;
    return { code: "too_large", message: `a message may have ${limit} bytes`, limit };
  }

  /** What a message asks for, or why it is refused. */
  read(data: string | Uint8Array, dialect: Dialect): readonly Decoded[] {
    const interrupts = dialect.interrupts?.(data);
    if (interrupts === true) return this.#interruption(dialect.decode(data));
    const excess = interrupts === false ? this.checkRate() : undefined;
    if (excess !== undefined) return [{ problem: excess }];
    const items = dialect.decode(data);
    return interrupts === false ? items : this.#limit(items);
  }

  /** Before an interruption is carried out: it is what the server is for, but a flood of them ends. */
  #interruption(items: readonly Decoded[]): readonly Decoded[] {
    const excess = this.checkRate();
    if (excess === undefined) return items;
    // Carried out, it counts as a good one again.
    this.#badRequests += 2;
    return this.#badRequests <= MAX_BAD_REQUESTS ? items : [{ problem: excess }];
  }

  #limit(items: readonly Decoded[]): readonly Decoded[] {
    const isBargeIn = (item: Decoded) => "command" in item && item.command.type === "barge_in";
    if (items.some(isBargeIn)) return this.#interruption(items);
    const excess = this.checkRate();
    return excess === undefined ? items : [{ problem: excess, channel: channelOf(items) }];
  }

  /** Counts a message. What is wrong with it if it is one too many. */
  checkRate(): Problem | undefined {
    const retryAfterMs = this.#rate.take();
    if (retryAfterMs === undefined) return this.#checkTime();
    const limit = this.#options.maxMessagesPerSecond;
    const message = `more than ${limit} messages a second`;
    return { code: "rate_limited", message, limit, retryAfterMs };
  }

  #checkTime(): Problem | undefined {
    const retryAfterMs = this.#options.timeWaitMs?.();
    if (retryAfterMs === undefined) return undefined;
    // Refused, it counts for one more.
    this.#badRequests += UNTIMELY_WEIGHT - 1;
    return { code: "rate_limited", message: TIME_IS_UP, retryAfterMs };
  }

  /** Counts a request that can be used. */
  noteGood(): void {
    this.#badRequests = Math.max(0, this.#badRequests - 1);
  }

  /** Counts one that cannot. What to tell when there were too many. */
  noteBad(problem: Problem): Problem | undefined {
    if (++this.#badRequests <= MAX_BAD_REQUESTS) return undefined;
    const message =
      `${problem.message}; ${MAX_BAD_REQUESTS} more requests could not be used than could`;
    return { ...problem, message };
  }
}

/** What a message that asks for several things is about. */
function channelOf(items: readonly Decoded[]): string {
  for (const item of items) if ("channel" in item) return item.channel ?? MAIN;
  return MAIN;
}
