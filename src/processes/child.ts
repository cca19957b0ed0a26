/**
 * One of the processes that together are a server: it serves listeners like any other, and what
 * operators ask it, it asks the supervisor, who knows of all.
 *
 * @module
 */

import type { Config } from "../config.ts";
import type { MetricsSource, OperatorSources } from "../http/admin.ts";
import { heapRoute, profileRoute } from "../http/debug.ts";
import type { HealthSource } from "../http/health.ts";
import { systemClock } from "../lib/clock.ts";
import type { HealthKind, HealthReport } from "../telemetry/health.ts";
import type { MetricsSnapshot } from "../telemetry/metrics/snapshot.ts";
import { type Order, type Orders, readOrders, type Role } from "./orders.ts";
import { PrivateClient, PrivateServer, type PrivateServerOptions } from "./private_server.ts";
import { shareOf } from "./share.ts";

/** Longest wait for the supervisor, in ms: it waits for the others itself. */
const ANSWER_MS = 2_000;

/** Longest wait for its word on health; those who ask for that are impatient. */
const HEALTH_MS = 900;

/** What a process knows of itself. */
export interface OwnSources extends OperatorSources {
  readonly health: { check(kind: HealthKind): HealthReport };
  readonly metrics?: MetricsSource & { snapshot(): MetricsSnapshot };
}

/** What a process answers when the supervisor wants to know all. */
export interface Snapshot {
  /** Null where nothing is measured. */
  readonly metrics: MetricsSnapshot | null;
}

/** See the module. */
export class Child {
  readonly role: Role;
  readonly #orders: Orders;
  readonly #supervisor: PrivateClient;
  #server: PrivateServer | undefined;
  #own: OwnSources | undefined;

  private constructor(orders: Orders) {
    const { supervisorPort: port, secret } = this.role = orders.role;
    this.#orders = orders;
    this.#supervisor = new PrivateClient({ port, secret });
  }

  /**
   * Learns what it is to be.
   *
   * @throws {ConfigError} if there is no supervisor.
   */
  static async begin(input: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Child> {
    return new Child(await readOrders(input));
  }

  /** Its part of what the config gives to all. */
  shareOf(config: Config): Config {
    return shareOf(config, this.role, navigator.hardwareConcurrency);
  }

  /** Opens itself to the supervisor's questions; what operators are to be answered from. */
  readonly share = (own: OwnSources): OperatorSources => {
    const { secret } = this.role;
    this.#own = own;
    this.#server = new PrivateServer({ secret, clock: systemClock, routes: routesOf(own) });
    return {
      health: this.#healthOfAll(own.health),
      ...(own.metrics && { metrics: this.#metricsOfAll() }),
      profiler: own.profiler,
      debugOf: (request) => {
        const { pathname, search } = new URL(request.url);
        const method = request.method === "HEAD" ? "HEAD" : "GET";
        return this.#supervisor.ask(pathname + search, { method, signal: request.signal });
      },
    };
  };

  /**
   * Tells the supervisor that it listens.
   *
   * @returns whether it was the last to do so, and the server as a whole is there now.
   */
  async tellReady(): Promise<boolean> {
    return await (await this.#tell("/ready", { port: this.#server!.port })).json();
  }

  /** Calls back with the supervisor's orders, and with `stop` when it is gone. */
  obey(onOrder: (order: Order) => void): void {
    this.#orders.listen(onOrder);
  }

  /** Says what it has measured to the end, and answers no more. */
  async close(): Promise<void> {
    const metrics = this.#own?.metrics?.snapshot() ?? null;
    // If the supervisor is gone, nobody wants to know.
    await this.#tell("/end", { metrics }).then((response) => response.body?.cancel(), () => {});
    this.#supervisor.close();
    await this.#server?.close();
  }

  #tell(path: string, what: { readonly port: number } | Snapshot): Promise<Response> {
    return this.#supervisor.ask(path, {
      method: "POST",
      body: JSON.stringify({ process: this.role.process, ...what }),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  }

  #metricsOfAll(): MetricsSource {
    return {
      scrape: async (accept) => {
        const response = await this.#ask("/metrics", accept === null ? {} : { accept });
        return {
          contentType: response.headers.get("content-type")!,
          body: await response.text(),
        };
      },
      summary: async () => await (await this.#ask("/metrics/summary")).json(),
      waterfall: async (sessionId) => {
        const response = await this.#ask(`/waterfall?${new URLSearchParams({ sessionId })}`);
        return await response.json() ?? undefined;
      },
    };
  }

  async #ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const response = await this.#supervisor.ask(path, { headers, signal });
    if (response.ok) return response;
    await response.body?.cancel();
    throw new Error(`the supervisor answered ${path} with ${response.status}`);
  }

  #healthOfAll(own: OwnSources["health"]): HealthSource {
    return {
      check: async (kind) => {
        try {
          const signal = AbortSignal.timeout(HEALTH_MS);
          return await (await this.#supervisor.ask(`/health?kind=${kind}`, { signal })).json();
        } catch {
          // Listeners of this process need no supervisor.
          return own.check(kind);
        }
      },
    };
  }
}

function routesOf({ health, metrics, profiler }: OwnSources): PrivateServerOptions["routes"] {
  const profile = profileRoute(profiler);
  const heap = heapRoute(profiler);
  const context = (url: URL) => ({ url, peer: "", params: {} });
  return {
    "/snapshot": () => Response.json({ metrics: metrics?.snapshot() ?? null } satisfies Snapshot),
    "/health": (_request, url) =>
      Response.json(health.check(url.searchParams.get("kind") as HealthKind)),
    "/waterfall": async (_request, url) =>
      Response.json(await metrics?.waterfall(url.searchParams.get("sessionId")!) ?? null),
    "/debug/profile": (request, url) => profile(request, context(url)),
    "/debug/heap": (request, url) => heap(request, context(url)),
  };
}
