/**
 * The backend that the config asks for: an embedded engine, or a fleet of other processes.
 *
 * @module
 */

import type { CachedBackend, CacheFigures, StoreEvent } from "./backends/cache/cached_backend.ts";
import { engineIdentity, FleetIdentity } from "./backends/cache/identity.ts";
import { openCache } from "./backends/cache/open_cache.ts";
import { createEmbeddedBackend } from "./backends/embedded.ts";
import type { RemoteEvent } from "./backends/remote.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import type { ClientTls } from "./grpc/credentials.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { readTextFiles } from "./lib/text_files.ts";
import type { ServerOptions } from "./server.ts";
import type { Backend } from "./speech/backend.ts";
import { MAX_THREADS } from "./settings/speech.ts";
import { createBackendLog } from "./telemetry/backend_log.ts";
import { logThreadEvent } from "./log_threads.ts";
import { loggerOf } from "./telemetry/logger.ts";
import type { Profiler } from "./telemetry/profiler/profiler.ts";
import { propagatedHeaders } from "./telemetry/propagation.ts";
import { VERSION } from "./version.ts";

/** Options of {@linkcode openBackend}. */
export interface OpenBackendOptions {
  readonly config: Config;
  readonly profiler: Profiler;
  /** @default {systemClock} */
  readonly clock?: Clock;
  /** Reads the variables that hold the keys of speech servers. */
  readonly env?: (name: string) => string | undefined;
}

/** A backend and what a server is told of it. */
export interface OpenBackend extends Pick<ServerOptions, "engineThreads" | "fleet"> {
  readonly backend: Backend;
  /**
   * Takes the backends of a config, where there is a fleet of them; no session notices.
   *
   * @throws {ConfigError} if it cannot; then all stays as it was.
   */
  readonly reload?: (config: Config) => void;
  /** The numbers of the cache before it; absent without one. */
  readonly cache?: () => CacheFigures;
  close(): Promise<void>;
}

/** Opens it; resolves when it can speak. @throws {ConfigError} if it cannot be had. */
export function openBackend(options: OpenBackendOptions): Promise<OpenBackend> {
  return options.config.ttsBackends === "" ? openEmbedded(options) : openRemote(options);
}

async function openEmbedded(options: OpenBackendOptions): Promise<OpenBackend> {
  const { config, profiler, clock = systemClock } = options;
  // More threads than cores would only take turns.
  const threads = Math.min(config.workers || MAX_THREADS, navigator.hardwareConcurrency);
  const backend = await createEmbeddedBackend({
    engine: config.engine,
    engineOptions: { modelDir: config.modelDir, modelThreads: config.modelThreads },
    threads,
    clock,
    onEvent: (event) => logThreadEvent(loggerOf("engine"), event),
    ...(profiler.threads && { profiling: profiler.threads }),
  });
  const identity = await engineIdentity({
    version: VERSION,
    engine: config.engine,
    modelDir: config.engine === "sherpa" ? config.modelDir : "",
  });
  const cache = await cacheBefore(backend, options, () => identity);
  return {
    ...withCache(backend, cache),
    engineThreads: () => ({ ...backend.stats(), wanted: threads }),
  };
}

async function openRemote(options: OpenBackendOptions): Promise<OpenBackend> {
  const { config, clock = systemClock, env = () => undefined } = options;
  // Loaded only where it is needed: the gRPC library reads variables that `start` may not read.
  const { createRemoteBackend, parseBackends } = await importRemote();
  const named = ({ ttsBackends }: Config) => {
    const { backends, problems } = parseBackends(ttsBackends, env);
    const all = backends.length === 0 ? [...problems, "it names none"] : problems;
    if (all.length === 0) return backends;
    throw new ConfigError(all.map((text) => `TTS_BACKENDS: ${text}`));
  };
  const backends = named(config);
  const tls = readTls(config);
  const listeners = new Set<(event: RemoteEvent) => void>();
  const identity = new FleetIdentity(VERSION);
  // Before there is a server to tell: the log is where one sees why it does not start.
  const log = createBackendLog();
  loggerOf("backend").info("Waiting for a backend", { named: backends.length });
  const backend = await createRemoteBackend({
    backends,
    clock,
    settings: {
      firstChunkTimeoutMs: config.backendFirstChunkMs,
      chunkTimeoutMs: config.backendChunkMs,
      unavailableTimeoutMs: config.backendUnavailableMs,
      hedgeAfterMs: config.hedgeAfterMs,
    },
    metadata: propagatedHeaders,
    onEvent(event) {
      log(event);
      identity.note(event);
      for (const listener of listeners) listener(event);
    },
    ...(tls && { tls }),
  }).catch((error) => {
    throw error instanceof ConfigError
      ? error
      : new ConfigError([`TTS_BACKENDS: ${error instanceof Error ? error.message : error}`]);
  });
  const { fleet } = backend;
  const cache = await cacheBefore(backend, options, () => identity.name);
  listeners.add((event) => {
    // What two engines spoke together nobody else shall hear.
    if (event.type === "joined" && event.kind !== "exact") cache?.distrust();
  });
  return {
    ...withCache(backend, cache),
    reload: (config) => backend.replace(named(config)),
    fleet: {
      figures: () => ({ backends: fleet.stats(), waiting: fleet.waiting }),
      health: () => {
        const all = fleet.stats();
        const up = all.filter((member) => member.up).length;
        return { ok: up > 0, reason: `${up} of ${all.length} backends are up` };
      },
      subscribe: (listener) => void listeners.add(listener),
    },
  };
}

/** A backend that is closed by who opened it. */
interface ClosableBackend extends Backend {
  close(): Promise<void>;
}

/** The cache that the config asks for; the backend is closed where it cannot be had. */
async function cacheBefore(
  backend: ClosableBackend,
  { config, clock = systemClock }: OpenBackendOptions,
  identity: () => string,
): Promise<CachedBackend | undefined> {
  try {
    return await openCache({
      backend,
      clock,
      identity,
      megabytes: config.cacheMb,
      url: config.cacheUrl,
      ttlS: config.cacheTtlS,
      onEvent: logStoreEvent,
    });
  } catch (error) {
    await backend.close();
    throw error;
  }
}

function withCache(
  backend: ClosableBackend,
  cache: CachedBackend | undefined,
): Pick<OpenBackend, "backend" | "cache" | "close"> {
  if (cache === undefined) return { backend, close: () => backend.close() };
  return {
    backend: cache,
    cache: () => cache.figures,
    close() {
      cache.close();
      return backend.close();
    },
  };
}

function logStoreEvent({ type, ...fields }: StoreEvent): void {
  const log = loggerOf("backend");
  if (type === "store_up") log.info("Store of the cache up");
  else log.warn("Store of the cache down: sentences are not shared until it is back", fields);
}

async function importRemote(): Promise<typeof import("./backends/remote.ts")> {
  try {
    return await import("./backends/remote.ts");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new ConfigError([
      "TTS_BACKENDS: it is not allowed with these permissions; start it with: deno task start-fleet",
    ]);
  }
}

/** Reads the files that TLS needs; undefined without TLS. */
function readTls(config: Config): ClientTls | undefined {
  const { texts, problems } = readTextFiles({
    TTS_BACKENDS_CA: config.ttsBackendsCa,
    TTS_BACKENDS_CERT: config.ttsBackendsCert,
    TTS_BACKENDS_KEY: config.ttsBackendsKey,
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const { TTS_BACKENDS_CA: ca, TTS_BACKENDS_CERT: cert, TTS_BACKENDS_KEY: key } = texts;
  if ((cert === "") !== (key === "")) {
    throw new ConfigError(["TTS_BACKENDS_CERT, TTS_BACKENDS_KEY: one needs the other"]);
  }
  if (!config.ttsBackendsTls && ca === "" && cert === "") return undefined;
  return { ...(ca && { ca }), ...(cert && { identity: { cert, key } }) };
}
