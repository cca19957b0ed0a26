/**
 * Requests that are known to have been taken or refused.
 *
 * The protocol says nothing when it takes a text, and its errors do not say what they refuse. But
 * answers come in order. So one request at a time is sent, and a `ping` after it: an error before
 * the `pong` is the request's. It is also how a dead connection is noticed.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../../lib/clock.ts";
import { type Deferred, deferred } from "./deferred.ts";
import type { ClientMessage, ServerError, ServerMessage } from "./messages.ts";
import { Pause } from "./pause.ts";

/**
 * What became of a request: it was taken, refused, or never answered; or it was not sent, since it
 * had become pointless.
 */
export type Answer = ServerError | "accepted" | "closed" | "unsent";

/** Options of {@linkcode Requests}. */
export interface RequestsOptions {
  readonly clock: Clock;
  readonly send: (message: ClientMessage) => void;
  /** Messages that a client may send in a second. */
  readonly maxMessagesPerSecond: number;
  /** No answer came in time: nobody is there. */
  readonly onDead: () => void;
}

/** Longest wait for an answer, in ms. */
const ANSWER_MS = 10_000;

/** A request and its ping are two messages; as many again are left for what needs no answer. */
const MESSAGES_PER_REQUEST = 4;

/** Errors that answer no request: a failed sentence, and what is sent without asking. */
const NO_ANSWERS = ["synthesis_failed", "unknown_utterance"];

/** Shortest pause before a refused ping is sent again, in ms. */
const MIN_RETRY_MS = 10;

/** The request that is on its way. Every ping is answered once, the request once or not at all. */
interface Pending extends Pick<Deferred<Answer>, "resolve"> {
  readonly cancelTimer: CancelTimer;
  pings: number;
  answers: number;
  error: ServerError | undefined;
}

/** Sends requests one after the other, no faster than the server takes them. */
export class Requests {
  readonly #options: RequestsOptions;
  readonly #pause: Pause;
  #last: Promise<unknown> = Promise.resolve();
  #pending: Pending | undefined;
  #pings = 0;
  #nextAt = 0;
  #isClosed = false;

  constructor(options: RequestsOptions) {
    this.#options = options;
    this.#pause = new Pause(options.clock);
  }

  /**
   * Sends a message and says what became of it; never rejects. The message is asked for when its
   * turn has come; without one nothing is sent.
   */
  request(message: () => ClientMessage | undefined): Promise<Answer> {
    const answer = this.#last.then(() => this.#pace()).then(() => this.#start(message()));
    this.#last = answer;
    return answer;
  }

  /** Asks only whether the server is there. */
  ask(): void {
    this.#last = this.#last.then(() => this.#pace()).then(() => this.#send(undefined));
  }

  /** To be told of every message of the server, in order. */
  note(message: ServerMessage): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    if (message.type === "error") {
      if (!NO_ANSWERS.includes(message.code)) this.#noteError(pending, message);
    } else if (message.type === "pong") {
      pending.answers++;
      if (message.id === this.#pings) this.#settle(pending);
    }
  }

  /** The connection is over: nothing will be answered any more. */
  close(): void {
    this.#isClosed = true;
    this.#pause.end();
    this.#finish("closed");
  }

  /** Resolves when the next request may be sent. */
  #pace(): Promise<void> | undefined {
    const { clock, maxMessagesPerSecond } = this.#options;
    const waitMs = this.#nextAt - clock.now();
    this.#nextAt = Math.max(this.#nextAt, clock.now()) +
      MESSAGES_PER_REQUEST * 1_000 / maxMessagesPerSecond;
    return waitMs <= 0 || this.#isClosed ? undefined : this.#pause.wait(waitMs);
  }

  #start(message: ClientMessage | undefined): Answer | Promise<Answer> {
    return message === undefined ? "unsent" : this.#send(message);
  }

  #send(message: ClientMessage | undefined): Promise<Answer> {
    if (this.#isClosed) return Promise.resolve("closed");
    const { promise, resolve } = deferred<Answer>();
    const { clock, send, onDead } = this.#options;
    const cancelTimer = clock.after(ANSWER_MS, onDead);
    this.#pending = { resolve, cancelTimer, pings: 0, answers: 0, error: undefined };
    if (message !== undefined) send(message);
    this.#ping(this.#pending);
    return promise;
  }

  #ping(pending: Pending): void {
    if (pending !== this.#pending) return;
    pending.pings++;
    this.#options.send({ type: "ping", id: ++this.#pings });
  }

  #noteError(pending: Pending, error: ServerError): void {
    pending.error ??= error;
    pending.answers++;
    if (pending.answers > pending.pings) return this.#settle(pending);
    // The ping may be what was refused: then no pong will come.
    if (error.code !== "rate_limited" || pending.answers < pending.pings) return;
    const retryMs = Math.max(MIN_RETRY_MS, error.retry_after_ms ?? 0);
    void this.#pause.wait(retryMs).then(() => this.#ping(pending));
  }

  /** Everything has been answered: one answer more than pings is the request's. */
  #settle({ answers, pings, error }: Pending): void {
    this.#finish(answers > pings && error !== undefined ? error : "accepted");
  }

  #finish(answer: Answer): void {
    this.#pending?.cancelTimer();
    this.#pending?.resolve(answer);
    this.#pending = undefined;
  }
}
