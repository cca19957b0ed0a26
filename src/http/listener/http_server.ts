/**
 * The runtime's HTTP server, with an end that comes.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { settledWithin } from "../../lib/settled_within.ts";

/** What is known of a request beside itself. */
export type RequestInfo = Pick<Deno.ServeHandlerInfo<Deno.NetAddr>, "remoteAddr" | "completed">;

/** Answers a request. */
export type Handler = (request: Request, info: RequestInfo) => Promise<Response>;

/** A certificate with its chain, and its private key; both PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Options of {@linkcode HttpServer}. */
export interface HttpServerOptions {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Others who say so too may listen at the same port. @default {false} */
  readonly reusePort?: boolean;
  /** Speaks TLS with it; without it plain HTTP. */
  readonly keyPair?: KeyPair;
  readonly handler: Handler;
  readonly clock: Clock;
}

/**
 * Longest wait for the last answers when it closes, in ms. The runtime waits for ever for a client that
 * went in the middle of a WebSocket's handshake.
 */
const CLOSE_MS = 2_000;

/** Serves. The constructor throws where it cannot listen or the key pair is of no use. */
export class HttpServer {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #clock: Clock;

  constructor({ hostname, port, reusePort = false, keyPair, handler, clock }: HttpServerOptions) {
    this.#clock = clock;
    this.#server = Deno.serve({ hostname, port, reusePort, onListen() {}, ...keyPair }, handler);
  }

  get addr(): Deno.NetAddr {
    return this.#server.addr;
  }

  /** Takes no more connections, and resolves when the last answers are given, or after two seconds. */
  async close(): Promise<void> {
    await settledWithin(this.#server.shutdown(), CLOSE_MS, this.#clock);
  }
}
