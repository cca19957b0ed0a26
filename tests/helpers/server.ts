import { type Script, ScriptedBackend } from "../../src/backends/scripted.ts";
import type { Config } from "../../src/config.ts";
import { testConfig } from "./config.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { type Server, startServer } from "../../src/server.ts";
import type { SpeechEvent } from "../../src/speech/events.ts";
import type { TlsFiles } from "./tls_files.ts";
import { WsClient } from "./ws_client.ts";

/** Options of {@linkcode TestServer}. */
export interface TestServerOptions {
  readonly config?: Partial<Config>;
  readonly script?: Script;
  /** Speaks TLS with them. */
  readonly tls?: TlsFiles;
  /** Told of everything that happens, beside `facts`. */
  readonly onFact?: (event: SpeechEvent) => void;
}

/** A server on a free port over a scripted backend, on the real clock. */
export class TestServer implements AsyncDisposable {
  readonly server: Server;
  readonly backend: ScriptedBackend;
  readonly facts: SpeechEvent[] = [];
  readonly #tls: TlsFiles | undefined;
  readonly #clients: WsClient[] = [];

  constructor(options: TestServerOptions = {}) {
    this.#tls = options.tls;
    this.backend = new ScriptedBackend({
      clock: systemClock,
      ...(options.script === undefined ? {} : { script: options.script }),
    });
    this.server = startServer({
      config: { ...testConfig(), ...options.tls?.config, ...options.config },
      backend: this.backend,
      record: (event) => {
        this.facts.push(event);
        options.onFact?.(event);
      },
    });
  }

  /** `host:port`. */
  get host(): string {
    const { port } = this.server.address;
    // A certificate is for a name.
    return this.#tls === undefined ? `127.0.0.1:${port}` : `localhost:${port}`;
  }

  /** Where its HTTP side is. */
  get url(): string {
    return `http${this.#s}://${this.host}`;
  }

  /** A connected client that has been greeted. */
  async connect(query = "", protocols: string[] = []): Promise<WsClient> {
    const client = this.#start(`/v1/session${query}`, protocols);
    await client.next("session_started");
    return client;
  }

  /** A client of any protocol, connected to `path`. */
  async open(path: string, protocols: string[] = []): Promise<WsClient> {
    const client = this.#start(path, protocols);
    await client.opened;
    return client;
  }

  /** A JSON body, posted. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
      ...this.#trust,
    });
  }

  /** A plain request, as `curl` would send it. */
  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers, ...this.#trust });
  }

  #start(path: string, protocols: string[]): WsClient {
    const url = `ws${this.#s}://${this.host}${path}`;
    const client = new WsClient(url, { protocols, ...this.#trust });
    this.#clients.push(client);
    return client;
  }

  get #s(): string {
    return this.#tls === undefined ? "" : "s";
  }

  get #trust(): { client?: Deno.HttpClient } {
    return this.#tls === undefined ? {} : { client: this.#tls.client };
  }

  /** Lets go of all that was noted so far, where it is very much. */
  forget(): void {
    this.#clients.length = this.facts.length = 0;
    this.backend.forgetRequests();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.server.stop(0);
  }
}

/** Waits until `condition` holds; fails after `timeoutMs`. */
export async function until(
  condition: () => boolean,
  what: string,
  timeoutMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
