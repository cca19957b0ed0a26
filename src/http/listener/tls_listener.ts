/**
 * A listener for TLS whose certificate can be replaced while connections are open.
 *
 * The runtime's servers keep the certificate that they start with, and end their WebSockets when they
 * stop. So clients connect to a listener that knows nothing of TLS, and their bytes are carried to a
 * server on this machine's loopback that does. A new certificate is a new server: new connections go
 * there, and the one before it ends with the last of its own.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { Clock } from "../../lib/clock.ts";
import { settledWithin } from "../../lib/settled_within.ts";
import { type Handler, HttpServer, type KeyPair } from "./http_server.ts";
import { Relay } from "./relay.ts";

/** Options of {@linkcode TlsListener}. */
export interface TlsListenerOptions {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly keyPair: KeyPair;
  readonly handler: Handler;
  readonly clock: Clock;
  /** A connection could not be taken, for a reason of this machine's, such as its limit of files. */
  readonly onAcceptError: (error: unknown) => void;
}

/** A certificate and a key that nothing can be served with. */
export class KeyPairError extends Error {
  override readonly name = "KeyPairError";
}

const LOOPBACK = "127.0.0.1";

/** Time before it is tried again to take connections, in ms. */
const RETRY_MS = 100;

/** Longest wait for the last bytes to leave when it closes, in ms. */
const CLOSE_MS = 1_000;

/** A server with one certificate. */
interface Generation {
  readonly server: HttpServer;
  /** Connections that are being carried to it. */
  count: number;
}

/** Listens. The constructor throws where it cannot. */
export class TlsListener {
  readonly #options: TlsListenerOptions;
  readonly #front: Deno.TcpListener;
  /** Clients' addresses by the ports from which their bytes are carried. */
  readonly #clients = new Map<number, Deno.NetAddr>();
  readonly #generations = new Set<Generation>();
  readonly #relays = new Map<Relay, Promise<void>>();
  #current: Generation;
  #isClosed = false;

  constructor(options: TlsListenerOptions) {
    this.#options = options;
    this.#current = this.#begin(options.keyPair);
    try {
      this.#front = Deno.listen({ hostname: options.hostname, port: options.port });
    } catch (error) {
      this.#current.server.close();
      throw error;
    }
    this.#acceptAll();
  }

  get addr(): Deno.NetAddr {
    return this.#front.addr;
  }

  /**
   * New connections get this certificate.
   *
   * @throws {KeyPairError} if it is of no use; then all stays as it was.
   */
  replace(keyPair: KeyPair): void {
    const before = this.#current;
    this.#current = this.#begin(keyPair);
    this.#endIfUnused(before);
  }

  /** Takes no more connections, and resolves when the open ones have ended or are cut. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#front.close();
    await Promise.all([...this.#generations].map(({ server }) => server.close()));
    await settledWithin(Promise.all(this.#relays.values()), CLOSE_MS, this.#options.clock);
    for (const relay of this.#relays.keys()) relay.close();
  }

  #begin(keyPair: KeyPair): Generation {
    const { clock } = this.#options;
    const handler: Handler = (request, { remoteAddr }) => this.#answer(request, remoteAddr);
    try {
      const server = new HttpServer({ hostname: LOOPBACK, port: 0, keyPair, handler, clock });
      const generation = { server, count: 0 };
      this.#generations.add(generation);
      return generation;
    } catch (error) {
      throw new KeyPairError(error instanceof Error ? error.message : String(error));
    }
  }

  /** Whoever on this machine finds the inner port has no business there. */
  #answer(request: Request, { port }: Deno.NetAddr): Promise<Response> {
    const remoteAddr = this.#clients.get(port);
    if (remoteAddr !== undefined) return this.#options.handler(request, { remoteAddr });
    return Promise.resolve(new Response(null, { status: STATUS_CODE.Forbidden }));
  }

  async #acceptAll(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const client = await this.#front.accept();
        this.#carry(client);
      } catch (error) {
        if (this.#isClosed) return;
        this.#options.onAcceptError(error);
        await new Promise<void>((resolve) => this.#options.clock.after(RETRY_MS, resolve));
      }
    }
  }

  async #carry(client: Deno.TcpConn): Promise<void> {
    const generation = this.#current;
    // Counted before the first wait, so that the server stays.
    generation.count++;
    try {
      const server = await connect(generation.server.addr.port);
      await this.#relay(client, server);
    } catch (error) {
      client.close();
      if (!this.#isClosed) this.#options.onAcceptError(error);
    }
    generation.count--;
    this.#endIfUnused(generation);
  }

  async #relay(client: Deno.TcpConn, server: Deno.TcpConn): Promise<void> {
    const { port } = server.localAddr;
    const address = client.remoteAddr;
    this.#clients.set(port, address);
    const relay = new Relay(client, server, this.#options.clock);
    const ended = relay.run();
    this.#relays.set(relay, ended);
    await ended;
    this.#relays.delete(relay);
    // The port may be another one's by now.
    if (this.#clients.get(port) === address) this.#clients.delete(port);
  }

  #endIfUnused(generation: Generation): void {
    if (generation === this.#current || generation.count > 0 || this.#isClosed) return;
    this.#generations.delete(generation);
    generation.server.close();
  }
}

function connect(port: number): Promise<Deno.TcpConn> {
  return Deno.connect({ hostname: LOOPBACK, port });
}
