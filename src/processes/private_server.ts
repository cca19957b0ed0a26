/**
 * How the processes of one server ask each other: HTTP on this machine's loopback, for those only who
 * know a secret.
 *
 * @module
 */

import { timingSafeEqual } from "node:crypto";
import { STATUS_CODE } from "@std/http";
import { HttpServer } from "../http/listener/http_server.ts";
import type { Clock } from "../lib/clock.ts";

const LOOPBACK = "127.0.0.1";

/** Answers what stands at one path. */
export type PrivateRoute = (request: Request, url: URL) => Response | Promise<Response>;

/** Options of {@linkcode PrivateServer}. */
export interface PrivateServerOptions {
  readonly secret: string;
  /** By path. */
  readonly routes: Readonly<Record<string, PrivateRoute>>;
  readonly clock: Clock;
}

/** Answers. The constructor throws where it cannot listen. */
export class PrivateServer {
  readonly #server: HttpServer;
  readonly #options: PrivateServerOptions;

  constructor(options: PrivateServerOptions) {
    this.#options = options;
    this.#server = new HttpServer({
      hostname: LOOPBACK,
      port: 0,
      clock: options.clock,
      handler: (request) => this.#answer(request),
    });
  }

  get port(): number {
    return this.#server.addr.port;
  }

  /** Resolves when the last answers are given, or after two seconds. */
  close(): Promise<void> {
    return this.#server.close();
  }

  async #answer(request: Request): Promise<Response> {
    const shown = request.headers.get("authorization") ?? "";
    if (!isSame(shown, bearer(this.#options.secret))) return empty(STATUS_CODE.Forbidden);
    const url = new URL(request.url);
    const route = this.#options.routes[url.pathname];
    return await route?.(request, url) ?? empty(STATUS_CODE.NotFound);
  }
}

/** Options of {@linkcode PrivateClient}. */
export interface PrivateClientOptions {
  readonly port: number;
  readonly secret: string;
}

/** What a question takes. */
export interface AskOptions {
  readonly method?: "GET" | "HEAD" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the question, and with it what it has begun; also while the answer is being read. */
  readonly signal: AbortSignal;
}

/** Asks one {@linkcode PrivateServer}. */
export class PrivateClient {
  readonly #secret: string;
  readonly #client: Deno.HttpClient;

  constructor({ port, secret }: PrivateClientOptions) {
    this.#secret = secret;
    // Without this a proxy that the environment names would be asked to carry it.
    this.#client = Deno.createHttpClient({
      proxy: { transport: "tcp", hostname: LOOPBACK, port },
    });
  }

  /** The answer, whatever its status. Rejects where there is none. */
  ask(path: string, { method = "GET", headers, body, signal }: AskOptions): Promise<Response> {
    return fetch(`http://${LOOPBACK}${path}`, {
      client: this.#client,
      method,
      headers: { ...headers, authorization: bearer(this.#secret) },
      signal,
      ...(body !== undefined && { body }),
    });
  }

  /** Ends all that is being asked. */
  close(): void {
    this.#client.close();
  }
}

function bearer(secret: string): string {
  return `Bearer ${secret}`;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => new TextEncoder().encode(text));
  return a!.length === b!.length && timingSafeEqual(a!, b!);
}

function empty(status: number): Response {
  return new Response(null, { status });
}
