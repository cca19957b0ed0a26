/**
 * One WebSocket with a server that has greeted.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { deferred } from "./deferred.ts";
import { SyrinxError } from "./errors.ts";
import type { ClientMessage, ServerMessage, SessionStarted } from "./messages.ts";
import type { WebSocketConstructor, WebSocketLike } from "./options.ts";

/** Options of {@linkcode openLink}. */
export interface LinkOptions {
  readonly url: URL;
  readonly protocols: string[];
  readonly WebSocket: WebSocketConstructor;
  readonly clock: Clock;
  /** Longest wait for the greeting, in ms. */
  readonly timeoutMs: number;
  /** Told of every message, in both directions. */
  readonly onTraffic: (direction: "in" | "out", message: object) => void;
}

/** Who is told what comes after the greeting. */
export interface LinkReceiver {
  receive(message: ServerMessage): void;
  /** Audio with its header. */
  receiveAudio(data: ArrayBuffer): void;
  /** There is no connection any more; told once, and not when it was closed from here. */
  lose(): void;
}

/** `WebSocket.OPEN`, where there may be no such class. */
const OPEN = 1;

/** Connects, and waits for the greeting. Rejects with a {@linkcode SyrinxError}. */
export async function openLink(options: LinkOptions): Promise<Link> {
  const link = new Link(options);
  const cancel = options.clock.after(options.timeoutMs, () => link.close());
  await link.greeted;
  cancel();
  if (link.isOpen) return link;
  const where = options.url.origin + options.url.pathname;
  throw new SyrinxError("unreachable", `${where} did not open a session`);
}

/** See the module. */
export class Link {
  /** Resolves with the server's first message, or when the connection ended before it. */
  readonly greeted: Promise<void>;
  readonly #options: LinkOptions;
  readonly #socket: WebSocketLike;
  readonly #greeted = deferred<void>();
  #greeting: SessionStarted | undefined;
  #receiver: LinkReceiver | undefined;
  #isLost = false;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.greeted = this.#greeted.promise;
    const socket = this.#socket = open(options);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("message", ({ data }: { data: unknown }) => this.#receive(data));
    socket.addEventListener("close", () => this.drop());
    // In Node no close event follows where there never was a connection. Unless the default is
    // prevented, Deno reports the error as uncaught.
    socket.addEventListener("error", (event: { preventDefault?(): void }) => {
      event.preventDefault?.();
      this.drop();
    });
  }

  /** Whether the server has greeted, and the connection was not lost since. */
  get isOpen(): boolean {
    return this.#greeting !== undefined && !this.#isLost;
  }

  /** The server's first message. Only of a link that {@linkcode openLink} gave. */
  get greeting(): SessionStarted {
    return this.#greeting!;
  }

  /** Hands over what comes from now on. A connection that is lost already is told at once. */
  attach(receiver: LinkReceiver): void {
    this.#receiver = receiver;
    if (this.#isLost) receiver.lose();
  }

  send(message: ClientMessage): void {
    if (this.#socket.readyState !== OPEN) return;
    this.#options.onTraffic("out", message);
    this.#socket.send(JSON.stringify(message));
  }

  /** Closes, and tells nothing any more. Idempotent. */
  close(): void {
    this.#receiver = undefined;
    this.drop();
  }

  /** Gives the connection up, as if it were lost. */
  drop(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#socket.close();
    this.#greeted.resolve();
    this.#receiver?.lose();
  }

  #receive(data: unknown): void {
    if (this.#isLost) return;
    if (typeof data !== "string") return this.#receiver?.receiveAudio(data as ArrayBuffer);
    const message = parse(data);
    if (message === undefined) return this.drop();
    this.#options.onTraffic("in", message);
    if (message.type !== "session_started") return this.#receiver?.receive(message);
    this.#greeting = message;
    this.#greeted.resolve();
  }
}

/** A key that is no word for a subprotocol, and other such things, are refused here. */
function open({ WebSocket, url, protocols }: LinkOptions): WebSocketLike {
  try {
    return new WebSocket(url.href, protocols);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SyrinxError("bad_option", message, { cause });
  }
}

/** Undefined for what no Syrinx server sends. */
function parse(data: string): ServerMessage | undefined {
  try {
    return JSON.parse(data) as ServerMessage;
  } catch {
    return undefined;
  }
}
