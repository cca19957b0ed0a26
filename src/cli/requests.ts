/**
 * Requests that are known to have been taken or refused.
 *
 * The protocol says nothing when it takes a text, and its errors do not say what they refuse. But
 * answers come in order. So one request at a time is sent, and a `ping` after it: an error before
 * the `pong` is the request's. The ping may be refused as well (`rate_limited`); then another one
 * follows, and the answers are counted: every ping has exactly one, the request one or none.
 *
 * @module
 */

import type { ClientMessage, ServerError, ServerMessage } from "./messages.ts";

/** What became of a request. */
export type Answer =
  | { readonly outcome: "accepted" }
  | { readonly outcome: "refused"; readonly error: ServerError }
  /** The session ended before an answer came, or it was not sent any more. */
  | { readonly outcome: "closed" };

/** Shortest pause before a refused ping is sent again, in ms. */
const MIN_RETRY_MS = 10;

/** The request that is on its way. */
interface Pending {
  readonly resolve: (answer: Answer) => void;
  pings: number;
  answers: number;
  firstError: ServerError | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Sends requests one after the other. */
export class Requests {
  readonly #send: (message: ClientMessage) => void;
  #last: Promise<unknown> = Promise.resolve();
  #pending: Pending | undefined;
  #pings = 0;
  #isStopped = false;

  /** @param send hands a message to the session. */
  constructor(send: (message: ClientMessage) => void) {
    this.#send = send;
  }

  /**
   * Sends a message and says what became of it; never rejects. Without a message only the ping is
   * sent, which keeps an idle session alive.
   */
  request(message?: ClientMessage): Promise<Answer> {
    const answer = this.#last.then(() => this.#start(message));
    this.#last = answer;
    return answer;
  }

  /** To be told of every message of the server, in order. */
  note(message: ServerMessage): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    if (message.type === "error") {
      // A failed sentence is news, not an answer.
      if (!message.fatal && message.code !== "synthesis_failed") this.#noteError(pending, message);
    } else if (message.type === "pong") {
      pending.answers++;
      if (message.id === this.#pings) this.#settle(pending);
    } else if (message.type === "barge_in") {
      // Sent after everything else, so everything else has been answered.
      this.#settle(pending);
    }
  }

  /** Sends no more requests; the one on its way still gets its answer. */
  stop(): void {
    this.#isStopped = true;
  }

  /** The session is over: nothing will be answered any more. */
  close(): void {
    this.#isStopped = true;
    if (this.#pending !== undefined) this.#finish(this.#pending, { outcome: "closed" });
  }

  #start(message: ClientMessage | undefined): Promise<Answer> {
    if (this.#isStopped) return Promise.resolve({ outcome: "closed" });
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#pending = { resolve, pings: 0, answers: 0, firstError: undefined, timer: undefined };
    if (message !== undefined) this.#send(message);
    this.#ping(this.#pending);
    return promise;
  }

  #ping(pending: Pending): void {
    pending.pings++;
    this.#send({ type: "ping", id: ++this.#pings });
  }

  #noteError(pending: Pending, error: ServerError): void {
    pending.firstError ??= error;
    pending.answers++;
    if (pending.answers > pending.pings) return this.#settle(pending);
    if (pending.answers < pending.pings) return;
    // One answer is missing if the request was refused, none if it was taken and the ping refused.
    const ms = Math.max(MIN_RETRY_MS, error.retry_after_ms ?? 0);
    pending.timer = setTimeout(() => this.#ping(pending), ms);
  }

  /** Everything has been answered: one answer more than pings is the request's. */
  #settle(pending: Pending): void {
    const { answers, pings, firstError } = pending;
    this.#finish(
      pending,
      answers > pings && firstError !== undefined
        ? { outcome: "refused", error: firstError }
        : { outcome: "accepted" },
    );
  }

  #finish(pending: Pending, answer: Answer): void {
    clearTimeout(pending.timer);
    this.#pending = undefined;
    pending.resolve(answer);
  }
}
