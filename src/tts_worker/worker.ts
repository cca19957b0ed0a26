/**
 * A TTS worker: the service, health, reflection and a gRPC server around them.
 *
 * @module
 */

import { Server, type ServerCredentials } from "@grpc/grpc-js";
import type { ThreadPoolStats } from "../backends/embedded.ts";
import { ConfigError } from "../errors.ts";
import { serverCredentials, type ServerTls } from "../grpc/credentials.ts";
import { repairHttp2 } from "../grpc/http2_repair.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import type { Backend } from "../speech/backend.ts";
import type { EngineTraits } from "./engine_traits.ts";
import type { RecordWorkerEvent } from "./events.ts";
import { WorkerHealth } from "./health.ts";
import { WorkerMetrics } from "./metrics.ts";
import { addReflection } from "./reflection.ts";
import { TtsService } from "./service.ts";

/**
 * Time for clients to read the last answers, in ms: those that use grpc-js take a call as failed if
 * its connection closes while they still read.
 */
const FLUSH_MS = 300;

/** Without records for channelz, which would be saved, grpc-js could not cut off a connection. */
const SERVER_OPTIONS = {
  // Far more than the longest text, which is refused by its length with a better answer.
  "grpc.max_receive_message_length": 1024 * 1024,
  // A client whose machine is gone is noticed, and its calls are cancelled. (grpc-js answers every
  // ping of a client, however often it comes.)
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
};

/** Options of {@linkcode startTtsWorker}. */
export interface TtsWorkerOptions {
  /** What speaks; ready to use. It is closed by whoever opened it, after the worker. */
  readonly backend: Backend;
  /** For clients to read. */
  readonly traits: EngineTraits;
  /** Syntheses at the same time; one more is refused. */
  readonly maxConcurrentSyntheses: number;
  /** @default {"127.0.0.1"} */
  readonly host?: string;
  /**
   * 0 takes a free one.
   * @default {0}
   */
  readonly port?: number;
  /**
   * Longest text of a request, in UTF-16 code units.
   * @default {5000}
   */
  readonly maxTextLength?: number;
  /**
   * Time that calls have to finish when the worker stops, in ms.
   * @default {30_000}
   */
  readonly drainMs?: number;
  /**
   * Offer server reflection.
   * @default {true}
   */
  readonly reflection?: boolean;
  /** Without it the server speaks plain text. */
  readonly tls?: ServerTls;
  /** @default {systemClock} */
  readonly clock?: Clock;
  /** Told of everything that happens; must not throw. */
  readonly record?: RecordWorkerEvent;
  /** The engine's threads, for the metrics. */
  readonly threadStats?: () => ThreadPoolStats;
}

/** What a worker is doing right now. */
export interface TtsWorkerStats {
  /** Synthesize calls that have not ended. */
  readonly open: number;
  /** Syntheses that run. */
  readonly active: number;
  /** Most syntheses that may run. */
  readonly maxConcurrentSyntheses: number;
  /** Time that syntheses have run, the sum over all, in ms. */
  readonly busyMs: number;
}

/** A running worker. */
export interface TtsWorker {
  /** Where it listens: `host:port`. */
  readonly address: string;
  readonly port: number;
  readonly stats: TtsWorkerStats;
  /** What Prometheus scrapes. */
  metrics(): Promise<string>;
  /** Tells health checks whether the engine can speak. Has no effect once the worker stops. */
  setServing(serving: boolean): void;
  /**
   * Takes no new syntheses, lets those that run finish for `deadlineMs`, and stops; 0 breaks off
   * everything at once. Resolves when nothing is left. A second call hurries the first.
   */
  stop(deadlineMs?: number): Promise<void>;
}

/** Starts a worker. @throws {ConfigError} when it cannot listen, or its TLS cannot be used. */
export async function startTtsWorker(options: TtsWorkerOptions): Promise<TtsWorker> {
  repairHttp2();
  const worker = new GrpcWorker(options);
  await worker.listen();
  return worker;
}

class GrpcWorker implements TtsWorker {
  readonly #options: TtsWorkerOptions;
  readonly #clock: Clock;
  readonly #host: string;
  readonly #server = new Server(SERVER_OPTIONS);
  readonly #service: TtsService;
  readonly #health = new WorkerHealth();
  readonly #metrics: WorkerMetrics;
  readonly #hurry = Promise.withResolvers<void>();
  #port = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: TtsWorkerOptions) {
    const { backend, traits, threadStats, maxConcurrentSyntheses, maxTextLength = 5_000 } = options;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#host = bracketed(options.host ?? "127.0.0.1");
    this.#metrics = new WorkerMetrics({
      engine: traits.engine,
      stats: () => this.stats,
      ...(threadStats === undefined ? {} : { threadStats }),
    });
    this.#service = new TtsService({
      backend,
      traits,
      maxConcurrentSyntheses,
      maxTextLength,
      clock: this.#clock,
      record: (event) => {
        this.#metrics.record(event);
        options.record?.(event);
      },
    });
    this.#service.addTo(this.#server);
    this.#health.addTo(this.#server);
    if (options.reflection ?? true) addReflection(this.#server);
  }

  get port(): number {
    return this.#port;
  }

  get address(): string {
    return `${this.#host}:${this.#port}`;
  }

  get stats(): TtsWorkerStats {
    const { open, active, busyMs } = this.#service;
    const { maxConcurrentSyntheses } = this.#options;
    return { open, active, maxConcurrentSyntheses, busyMs };
  }

  async listen(): Promise<void> {
    const target = `${this.#host}:${this.#options.port ?? 0}`;
    const credentials = credentialsOf(this.#options.tls);
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync(target, credentials, (error, port) => {
        if (error === null) return resolve(port);
        const problem = `cannot listen on ${target}: ${error.message}`;
        reject(new ConfigError([`TTS_WORKER_HOST, TTS_WORKER_PORT: ${problem}`]));
      });
    });
  }

  metrics(): Promise<string> {
    return this.#metrics.text();
  }

  setServing(serving: boolean): void {
    if (this.#stopping === undefined) this.#health.set(serving);
  }

  stop(deadlineMs = this.#options.drainMs ?? 30_000): Promise<void> {
    if (this.#stopping !== undefined) this.#hurry.resolve();
    this.#stopping ??= this.#stop(deadlineMs);
    return this.#stopping;
  }

  async #stop(deadlineMs: number): Promise<void> {
    this.#health.set(false);
    const cancelTimer = this.#clock.after(deadlineMs, this.#hurry.resolve);
    await Promise.race([this.#service.drain(), this.#hurry.promise]);
    cancelTimer();
    this.#service.abort();
    const flushMs = Math.min(deadlineMs, FLUSH_MS);
    await new Promise<void>((resolve) => this.#clock.after(flushMs, resolve));
    const closed = new Promise<void>((resolve) => this.#server.tryShutdown(() => resolve()));
    // What still runs is cut off: a watch of health never ends by itself.
    this.#server.forceShutdown();
    await closed;
  }
}

function credentialsOf(tls: ServerTls | undefined): ServerCredentials {
  try {
    return serverCredentials(tls);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`TTS_WORKER_TLS_CERT, _KEY, _CLIENT_CA: ${reason}`]);
  }
}

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
