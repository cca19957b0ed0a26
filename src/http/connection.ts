/**
 * One WebSocket and its session: messages in, events out, and the end of either ends both.
 *
 * @module
 */

import type { AudioEncoder } from "../codecs/audio_encoder.ts";
import type { Decoded, Dialect, Greeting, WireEvent } from "../dialects/dialect.ts";
import type { Clock } from "../lib/clock.ts";
import type { SessionSink } from "../speech/playout.ts";
import type { Record } from "../speech/events.ts";
import type { Session } from "../speech/session.ts";
import type { Problem, SessionEnd, SessionEvent } from "../speech/types.ts";
import type { Scopes } from "../telemetry/scopes.ts";
import { RateLimit } from "./rate_limit.ts";

/** Options of {@linkcode Connection}. */
export interface ConnectionOptions {
  readonly socket: WebSocket;
  readonly dialect: Dialect;
  readonly encoder: AudioEncoder;
  readonly clock: Clock;
  readonly record: Record;
  readonly scopes: Scopes;
  readonly maxMessageBytes: number;
  readonly maxMessagesPerSecond: number;
  /** Called when the socket is open. */
  readonly createSession: (
    sink: SessionSink,
    onEnd: (end: SessionEnd) => void,
  ) => { readonly session: Session; readonly greeting: Greeting };
  /** Called once, when the client has been greeted. */
  readonly onGreeted: (session: Session) => void;
  /** Called once, when the socket is closed and everything is freed. */
  readonly onClosed: () => void;
  /** A fault of the server's own. */
  readonly onInternalError: (error: unknown) => void;
}

/** Requests in a row that cannot be used; one more ends the session. */
const MAX_BAD_REQUESTS = 1_000;

/** Joins a socket and a session. */
export class Connection implements SessionSink {
  readonly #options: ConnectionOptions;
  readonly #rateLimit: RateLimit;
  #session: Session | undefined;
  #badRequests = 0;
  #isClosed = false;
  #hasFailed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#rateLimit = new RateLimit(options.clock, options.maxMessagesPerSecond);
    const { socket } = options;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#guard(() => this.#open());
    socket.onmessage = ({ data }) => this.#handle(data);
    // A socket may report its end more than once, and an error in place of it.
    socket.onclose = (event) =>
      this.#guard(() => this.#closed(isGoodbye(event) ? "closed" : "gone"));
    socket.onerror = () => this.#guard(() => this.#closed("gone"));
  }

  /** The session, once the socket is open. */
  get session(): Session | undefined {
    return this.#session;
  }

  get bufferedBytes(): number {
    return this.#options.socket.bufferedAmount;
  }

  send(event: SessionEvent): void {
    try {
      if (event.type !== "audio") return this.#write(event);
      const { pcm, ...rest } = event;
      this.#write({ ...rest, bytes: this.#options.encoder.encode(pcm) });
    } catch (error) {
      this.#fail(error);
    }
  }

  #write(event: WireEvent): void {
    const { socket, dialect, record } = this.#options;
    if (socket.readyState !== WebSocket.OPEN) return;
    for (const message of dialect.encode(event)) socket.send(message);
    // Before the greeting has left there is no session, but then nothing else is sent either.
    record({ type: "message_sent", sessionId: this.#session?.id ?? "", message: event.type });
  }

  #open(): void {
    const { session, greeting } = this.#options.createSession(this, (end) => this.#close(end));
    this.#session = session;
    this.#write(greeting);
    this.#options.onGreeted(session);
  }

  #handle(data: string | ArrayBuffer): void {
    const now = this.#options.clock.now();
    const session = this.#session;
    if (session === undefined || this.#isClosed) return;
    this.#options.scopes.message(
      session.id,
      () => this.#guard(() => this.#receive(session, data, now)),
    );
  }

  #receive(session: Session, data: string | ArrayBuffer, now: number): void {
    const { maxMessageBytes, record } = this.#options;
    const length = typeof data === "string" ? utf8Length(data, maxMessageBytes) : data.byteLength;
    if (length > maxMessageBytes) {
      record({ type: "message_received", sessionId: session.id, message: "too_large" });
      return session.fail({
        code: "too_large",
        message: `a message may have ${maxMessageBytes} bytes`,
        limit: maxMessageBytes,
      });
    }
    const decoded = this.#options.dialect.decode(
      typeof data === "string" ? data : new Uint8Array(data),
    );
    const problem = this.#problemOf(decoded);
    this.#noteReceived(session, decoded, problem);
    if (problem !== undefined) return this.#refuse(session, problem);
    this.#badRequests = 0;
    if ("command" in decoded) session.execute(decoded.command, now);
  }

  #noteReceived(session: Session, decoded: Decoded, problem: Problem | undefined): void {
    const command = "command" in decoded ? decoded.command : undefined;
    this.#options.record({
      type: "message_received",
      sessionId: session.id,
      message: problem?.code ?? command?.type ?? "internal",
      ...(problem === undefined && command?.type === "text" ? { text: command.text } : {}),
    });
  }

  #problemOf(decoded: Decoded): Problem | undefined {
    // An interruption is never refused: it is what the server is for.
    if ("command" in decoded && decoded.command.type === "barge_in") return undefined;
    const excess = this.#rateLimit.take();
    if (excess !== undefined) {
      const limit = this.#options.maxMessagesPerSecond;
      const message = `more than ${limit} messages a second`;
      return { code: "rate_limited", message, limit, ...excess };
    }
    return "problem" in decoded ? decoded.problem : undefined;
  }

  #refuse(session: Session, problem: Problem): void {
    if (++this.#badRequests <= MAX_BAD_REQUESTS) return session.refuse(problem);
    session.fail({
      ...problem,
      message: `${problem.message}; ${MAX_BAD_REQUESTS} requests in a row could not be used`,
    });
  }

  #close(end: SessionEnd): void {
    const { socket } = this.#options;
    if (socket.readyState === WebSocket.OPEN) socket.close(closeCode(end), end);
  }

  #closed(how: "closed" | "gone"): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#session?.leave(how);
    this.#options.encoder.close();
    this.#options.onClosed();
  }

  /** A fault in one session must reach neither the others nor the process. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const { scopes, onInternalError } = this.#options;
    // It may come of another session's doing, such as a tick that is shared.
    scopes.inSession(this.#session?.id ?? "", () => onInternalError(error));
    // Telling the client may be what failed.
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#session?.fail({ code: "internal", message: "the server failed; this was logged" });
  }
}

/**
 * Whether a client has said that it leaves: normally, to another page, or without a code. The runtime
 * tells a client that answers no ping by 1001 too.
 */
function isGoodbye({ code, reason }: CloseEvent): boolean {
  return [1000, 1001, 1005].includes(code) && reason !== "No response from ping frame.";
}

/** Length in bytes as far as it matters: exact up to the limit, above it just above. */
function utf8Length(text: string, limit: number): number {
  // Every UTF-16 unit takes 1 to 3 bytes, so most messages need no counting.
  if (text.length > limit || text.length * 3 <= limit) return text.length;
  return new TextEncoder().encode(text).length;
}

/** RFC 6455, 7.4.1, and the IANA registry for 1011 and 1013. */
function closeCode(end: SessionEnd): number {
  switch (end) {
    case "finished":
      return 1000;
    case "drained":
      return 1001;
    case "too_large":
      return 1009;
    case "internal":
    case "synthesis_failed":
      return 1011;
    case "overloaded":
      return 1013;
    default:
      return 1008;
  }
}
