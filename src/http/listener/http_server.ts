/**
 * The runtime's HTTP server, with an end that comes.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { KeyPair } from "../../lib/key_pair.ts";
import { settledWithin } from "../../lib/wait.ts";

/** What is known of a request beside itself. */
export type RequestInfo =
  & Pick<Deno.ServeHandlerInfo<Deno.NetAddr>, "remoteAddr" | "completed">
  & {
    /** To be called for each whole message of a WebSocket, where somebody counts what is not whole. */
    readonly onMessage?: () => void;
  };

/** Answers a request. */
export type Handler = (request: Request, info: RequestInfo) => Promise<Response>;

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

/**
 * Why nothing could listen there, as a problem with the settings.
 *
 * @param permissions the set in deno.json that would have to allow it.
 */
export function cannotListen(
  { host, port }: { readonly host: string; readonly port: number },
  error: unknown,
  permissions: string,
): string {
  const reason = error instanceof Error ? error.message : String(error);
  return `HOST, PORT: cannot listen on ${host}:${port}: ` +
    (error instanceof Deno.errors.NotCapable
      ? `add this address to permissions.${permissions}.net in deno.json`
      : reason);
}
