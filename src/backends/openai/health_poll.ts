/**
 * Whether a server is there, for a wire on which nobody says so unasked.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { MemberError, type MemberHealth, toMemberError } from "../fleet/member.ts";
import { delay, withDeadline } from "../../lib/wait.ts";

/** Options of {@linkcode HealthPoll}. */
export interface HealthPollOptions {
  readonly clock: Clock;
  /** A number from 0 to 1, by which the questions of many servers are spread. */
  readonly random: () => number;
  /** Asks the server; throws a {@linkcode MemberError} if it does not serve. */
  readonly ask: (signal: AbortSignal) => Promise<unknown>;
  /** Told of every change, from `unknown` on. */
  readonly onHealth: (health: MemberHealth) => void;
  /** Told why it does not serve, once for each reason. */
  readonly onTrouble: (error: MemberError) => void;
}

/** Time between questions while it serves, in ms. */
const POLL_MS = 5_000;

/** The same while it does not. */
const RETRY_MS = 1_000;

/** Longest wait for an answer, in ms. */
const TIMEOUT_MS = 2_000;

/** The times between questions differ by so much, as a part of them. */
const SPREAD = 0.2;

/** Questions in a row that a server may leave open: some do not answer while they synthesise. */
const TIMEOUTS_ALLOWED = 1;

/**
 * Asks from time to time; a server that gives audio is not asked, as it is there. One that is gone
 * is noticed within about 6 s, or by the next synthesis.
 */
export class HealthPoll {
  readonly #options: HealthPollOptions;
  readonly #closed = new AbortController();
  #health: MemberHealth = "unknown";
  #aliveAt = -Infinity;
  #timeouts = 0;
  #trouble: string | undefined;

  constructor(options: HealthPollOptions) {
    this.#options = options;
  }

  /** Begins; is called once. */
  start(): void {
    this.#run(this.#closed.signal);
  }

  /** Notes a sign of life. */
  alive(): void {
    this.#aliveAt = this.#options.clock.now();
  }

  /** Stops; nothing is told after that. */
  close(): void {
    this.#closed.abort(new DOMException("the member is closed", "AbortError"));
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { clock, random } = this.#options;
    while (!signal.aborted) {
      const ms = await this.#poll(signal);
      await delay(clock, ms * (1 + SPREAD * (2 * random() - 1)), signal).catch(() => {});
    }
  }

  /** Asks, if need be. @returns the time to the next question, in ms. */
  async #poll(signal: AbortSignal): Promise<number> {
    const { clock, ask } = this.#options;
    const askedAt = clock.now();
    const isFresh = this.#health === "serving" && askedAt - this.#aliveAt < POLL_MS;
    if (isFresh) return this.#aliveAt + POLL_MS - askedAt;
    try {
      await withDeadline({
        clock,
        signal,
        timeoutMs: TIMEOUT_MS,
        error: () => new MemberError("timeout", `no answer came for ${TIMEOUT_MS} ms`),
      }, ask);
    } catch (error) {
      if (!signal.aborted) return this.#noteFailure(toMemberError(error), askedAt);
    }
    if (!signal.aborted) this.#noteAnswer();
    return POLL_MS;
  }

  #noteFailure(error: MemberError, askedAt: number): number {
    const isBusy = error.code === "overloaded" || this.#aliveAt >= askedAt;
    if (isBusy) {
      this.#noteAnswer();
      return POLL_MS;
    }
    this.#timeouts = error.code === "timeout" ? this.#timeouts + 1 : 0;
    const isPatient = this.#timeouts > 0 && this.#timeouts <= TIMEOUTS_ALLOWED;
    if (isPatient && this.#health === "serving") return RETRY_MS;
    if (error.message !== this.#trouble) this.#options.onTrouble(error);
    this.#trouble = error.message;
    const isGone = error.code === "unavailable" || error.code === "timeout";
    this.#change(isGone ? "unknown" : "not_serving");
    return RETRY_MS;
  }

  #noteAnswer(): void {
    this.#timeouts = 0;
    this.#trouble = undefined;
    this.#change("serving");
  }

  #change(health: MemberHealth): void {
    if (health === this.#health) return;
    this.#health = health;
    this.#options.onHealth(health);
  }
}
