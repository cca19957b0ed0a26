/**
 * A listener that counts connections, cuts those that take too long to ask for anything, and has a
 * certificate that can be replaced while they are open.
 *
 * The runtime's servers do none of that: they take any number of connections, wait for a request as
 * long as it takes, keep the certificate that they start with, and end their WebSockets when they
 * stop. So clients connect to a listener that knows nothing of HTTP or TLS, and their bytes are carried
 * to a server on this machine's loopback that does. A new certificate is a new server: new connections
 * go there, and the one before it ends with the last of its own.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { Clock } from "../../lib/clock.ts";
import type { KeyPair } from "../../lib/key_pair.ts";
import { settledWithin } from "../../lib/wait.ts";
import { type Handler, HttpServer, type RequestInfo } from "./http_server.ts";
import { Relay } from "./relay.ts";
import { Visit } from "./visit.ts";

/** Options of {@linkcode GuardedListener}. */
export interface GuardedListenerOptions {
  readonly hostname: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Others who say so too may listen at the same port. @default {false} */
  readonly reusePort?: boolean;
  /** Speaks TLS with it; without it plain HTTP. */
  readonly keyPair?: KeyPair;
  /** Connections at the most, whatever they ask for. */
  readonly maxConnections: number;
  /** Time for the handshakes and the head of a connection's first request, in ms. */
  readonly handshakeMs: number;
  /** Bytes that a WebSocket's client may send without a whole message; read again and again. */
  readonly maxUnreadBytes: () => number;
  readonly handler: Handler;
  readonly clock: Clock;
  /** A connection could not be taken, for a reason of this machine's, such as its limit of files. */
  readonly onAcceptError: (error: unknown) => void;
  /** One was cut: there were too many, or it took too long to ask. */
  readonly onCut: (reason: "connections" | "handshake") => void;
}

/** A certificate and a key that nothing can be served with. */
export class KeyPairError extends Error {
  override readonly name = "KeyPairError";
}

const LOOPBACK = "127.0.0.1";

/** Time before it is tried again to take connections, in ms. */
const RETRY_MS = 100;

/** Time between two looks for clients that are stuck, in ms. */
const SWEEP_MS = 10_000;

/** Longest wait for the last bytes to leave when it closes, in ms. */
const CLOSE_MS = 1_000;

/** A server with one certificate. */
interface Generation {
  readonly server: HttpServer;
  /** Connections that are being carried to it. */
  count: number;
}

/** Listens. The constructor throws where it cannot. */
export class GuardedListener {
  readonly #options: GuardedListenerOptions;
  readonly #front: Deno.TcpListener;
  /** By the ports from which the clients' bytes are carried. */
  readonly #visits = new Map<number, Visit>();
  readonly #generations = new Set<Generation>();
  readonly #relays = new Map<Relay, Promise<void>>();
  readonly #stopSweeping: () => void;
  #current: Generation;
  #isClosed = false;

  constructor(options: GuardedListenerOptions) {
    this.#options = options;
    const { hostname, port, reusePort = false } = options;
    this.#current = this.#begin(options.keyPair);
    try {
      this.#front = Deno.listen({ hostname, port, reusePort });
    } catch (error) {
      this.#current.server.close();
      throw error;
    }
    this.#acceptAll();
    this.#stopSweeping = options.clock.every(SWEEP_MS, () => {
      for (const relay of this.#relays.keys()) relay.closeIfStuck();
    });
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
    this.#stopSweeping();
    this.#front.close();
    await Promise.all([...this.#generations].map(({ server }) => server.close()));
    await settledWithin(Promise.all(this.#relays.values()), CLOSE_MS, this.#options.clock);
    for (const relay of this.#relays.keys()) relay.close();
  }

  #begin(keyPair: KeyPair | undefined): Generation {
    const { clock } = this.#options;
    const handler: Handler = (request, info) => this.#answer(request, info);
    try {
      const server = new HttpServer({
        hostname: LOOPBACK,
        port: 0,
        handler,
        clock,
        ...(keyPair && { keyPair }),
      });
      const generation = { server, count: 0 };
      this.#generations.add(generation);
      return generation;
    } catch (error) {
      throw new KeyPairError(error instanceof Error ? error.message : String(error));
    }
  }

  async #answer(request: Request, info: RequestInfo): Promise<Response> {
    const visit = this.#visits.get(info.remoteAddr.port);
    // Whoever on this machine finds the inner port has no business there.
    if (visit === undefined) return new Response(null, { status: STATUS_CODE.Forbidden });
    visit.begin();
    const { handler, maxUnreadBytes } = this.#options;
    const response = await handler(request, {
      ...info,
      remoteAddr: visit.address,
      onMessage: () => visit.noteMessage(),
    });
    // A WebSocket is an answer that goes on until the connection ends.
    if (response.status === STATUS_CODE.SwitchingProtocols) visit.upgrade(maxUnreadBytes);
    else info.completed.catch(() => {}).finally(() => visit.end());
    return response;
  }

  async #acceptAll(): Promise<void> {
    while (!this.#isClosed) {
      try {
        this.#admit(await this.#front.accept());
      } catch (error) {
        if (this.#isClosed) return;
        this.#options.onAcceptError(error);
        await new Promise<void>((resolve) => this.#options.clock.after(RETRY_MS, resolve));
      }
    }
  }

  #admit(client: Deno.TcpConn): void {
    const { maxConnections, onCut } = this.#options;
    if (this.#count < maxConnections) return void this.#carry(client);
    onCut("connections");
    client.close();
  }

  /** Connections that are open. */
  get #count(): number {
    let count = 0;
    for (const generation of this.#generations) count += generation.count;
    return count;
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
    const { clock, handshakeMs, onCut } = this.#options;
    const { port } = server.localAddr;
    const relay = new Relay(client, server, clock);
    const visit = new Visit({
      clock,
      relay,
      address: client.remoteAddr,
      handshakeMs,
      onSlow: () => onCut("handshake"),
    });
    this.#visits.set(port, visit);
    const ended = visit.run();
    this.#relays.set(relay, ended);
    await ended;
    this.#relays.delete(relay);
    // The port may be another one's by now.
    if (this.#visits.get(port) === visit) this.#visits.delete(port);
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
