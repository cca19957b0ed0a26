/**
 * One client's connection, and for how long it may ask for nothing.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../../lib/clock.ts";
import type { Relay } from "./relay.ts";

/** Time between an answer and the next request, in ms: more than the pools of usual clients keep. */
const KEEP_ALIVE_MS = 60_000;

/** Options of {@linkcode Visit}. */
export interface VisitOptions {
  readonly clock: Clock;
  readonly relay: Relay;
  readonly address: Deno.NetAddr;
  /** Time for the handshakes and the head of the first request, in ms. */
  readonly handshakeMs: number;
  /** It took longer. The connection is cut. */
  readonly onSlow: () => void;
}

/** Cuts a connection that takes too long to ask. */
export class Visit {
  readonly #options: VisitOptions;
  /** Requests that are being answered. */
  #open = 0;
  #cancelTimer: CancelTimer = () => {};

  constructor(options: VisitOptions) {
    this.#options = options;
  }

  /** Where the client is. */
  get address(): Deno.NetAddr {
    return this.#options.address;
  }

  /** Carries the bytes until the connection ends. */
  async run(): Promise<void> {
    const { clock, relay, handshakeMs, onSlow } = this.#options;
    this.#cancelTimer = clock.after(handshakeMs, () => {
      onSlow();
      relay.close();
    });
    await relay.run();
    this.#cancelTimer();
  }

  /** A request has come. */
  begin(): void {
    this.#open++;
    this.#cancelTimer();
  }

  /** It has become a WebSocket, which may bring so many bytes without a whole message. */
  upgrade(maxUnreadBytes: () => number): void {
    this.#options.relay.limitUnread(maxUnreadBytes);
  }

  /** A message of the WebSocket is whole. */
  noteMessage(): void {
    this.#options.relay.noteRead();
  }

  /** It is answered. */
  end(): void {
    const { clock, relay } = this.#options;
    if (--this.#open > 0 || relay.isClosed) return;
    this.#cancelTimer = clock.after(KEEP_ALIVE_MS, () => relay.close());
  }
}
