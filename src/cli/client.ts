/**
 * A small client of the session protocol: connect, send, and iterate over what comes.
 *
 * @module
 */

import { describeFailure } from "./connect_error.ts";
import type { ClientMessage, ServerMessage, SessionStarted } from "./messages.ts";

/** A text message, or the audio of a binary one. */
export type Received = ServerMessage | Uint8Array<ArrayBuffer>;

/** Options of {@linkcode SessionClient.connect}. */
export interface ConnectOptions {
  /** Where the session is, `ws:` or `wss:`, with its query. */
  readonly url: URL;
  /** Shown as `Authorization: Bearer KEY`. */
  readonly key?: string | undefined;
  /**
   * Longest wait for the server's greeting, in ms.
   * @default {10_000}
   */
  readonly timeoutMs?: number;
}

const SUBPROTOCOL = "syrinx.v1";

/** A session that has started. Messages that nobody has asked for yet are kept, without a limit. */
export class SessionClient implements AsyncIterable<Received> {
  /** The server's greeting. */
  readonly session: SessionStarted;
  readonly #inbox: Inbox;

  private constructor(session: SessionStarted, inbox: Inbox) {
    this.session = session;
    this.#inbox = inbox;
  }

  /**
   * Opens a session and waits for the server's greeting.
   *
   * @throws {ConnectError} if there is no server, or one that refuses, says nothing or says
   * something else.
   */
  static async connect(options: ConnectOptions): Promise<SessionClient> {
    const { url, key, timeoutMs = 10_000 } = options;
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const inbox = new Inbox(new WebSocket(url, { protocols: [SUBPROTOCOL], headers }));
    const timer = setTimeout(() => inbox.close(), timeoutMs);
    const greeting = await inbox.next();
    clearTimeout(timer);
    if (greeting !== undefined && "type" in greeting && greeting.type === "session_started") {
      return new SessionClient(greeting, inbox);
    }
    inbox.close();
    throw await describeFailure({ url, headers, wasOpen: inbox.wasOpen, timeoutMs });
  }

  /** The closing code (RFC 6455, 7.4; 1006 for a lost connection), once the session is over. */
  get closeCode(): number | undefined {
    return this.#inbox.closeCode;
  }

  /** Sends a message; after the session's end this does nothing. */
  send(message: ClientMessage): void {
    this.#inbox.send(JSON.stringify(message));
  }

  /**
   * Ends the session now; what has come already can still be read. Resolves when the server has
   * answered, or has had the time to. Idempotent.
   */
  close(): Promise<void> {
    return this.#inbox.close();
  }

  /** What comes after the greeting, in order, until the session is over. For one reader. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Received, void, void> {
    for (;;) {
      const received = await this.#inbox.next();
      if (received === undefined) return;
      yield received;
    }
  }
}

/** Longest wait for the answer to a goodbye, in ms. */
const GOODBYE_MS = 1_000;

/** A socket's messages, kept until they are asked for. */
class Inbox {
  wasOpen = false;
  closeCode: number | undefined;
  readonly #socket: WebSocket;
  readonly #gone = Promise.withResolvers<void>();
  #received: Received[] = [];
  #readIndex = 0;
  #wake = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.wasOpen = true;
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => {
      this.#closed(code);
      this.#gone.resolve();
    };
    // A close event follows, and tells the rest.
    socket.onerror = (event) => event.preventDefault();
  }

  /** The next message; undefined once the socket is closed and all were read. */
  async next(): Promise<Received | undefined> {
    while (this.#readIndex === this.#received.length) {
      this.#received = [];
      this.#readIndex = 0;
      if (this.closeCode !== undefined) return undefined;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return this.#received[this.#readIndex++];
  }

  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  close(): Promise<void> {
    this.#socket.close();
    this.#closed(1000);
    // A server that hangs never answers.
    const timer = setTimeout(this.#gone.resolve, GOODBYE_MS);
    return this.#gone.promise.finally(() => clearTimeout(timer));
  }

  #receive(data: string | ArrayBuffer): void {
    if (this.closeCode !== undefined) return;
    this.#received.push(
      typeof data === "string" ? JSON.parse(data) as ServerMessage : new Uint8Array(data),
    );
    this.#wake();
  }

  #closed(code: number): void {
    // Deno reports a connection that was cut as 0.
    this.closeCode ??= code === 0 ? 1006 : code;
    this.#wake();
  }
}
