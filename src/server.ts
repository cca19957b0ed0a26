/**
 * Wires the parts, starts them, and sends them home.
 *
 * @module
 */

import type { Config } from "./config.ts";
import type { OperatorSources } from "./http/admin.ts";
import { isLoopback } from "./http/admin_gate.ts";
import { Connections } from "./http/connections.ts";
import { Door } from "./http/door.ts";
import { createRouter } from "./http/router.ts";
import { speechRoutes } from "./http/speech_routes.ts";
import { staticRoutes } from "./http/static_files.ts";
import { TimeShares } from "./http/time_shares.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { openAdmission } from "./open_admission.ts";
import { openGates } from "./open_gates.ts";
import { openListener } from "./open_listener.ts";
import { createProfilerOf } from "./open_profiler.ts";
import type { OwnSources } from "./processes/child.ts";
import { chooseVoice, createContext, createNames } from "./session_context.ts";
import type { Backend } from "./speech/backend.ts";
import type { Record } from "./speech/events.ts";
import { Scheduler } from "./speech/scheduler.ts";
import { Ticker } from "./speech/ticker.ts";
import { TextAllowances } from "./speech/text_allowance.ts";
import { Turns } from "./speech/turns.ts";
import { Workload } from "./speech/workload.ts";
import { WorkerPool } from "./speech/worker_pool.ts";
import type { BackendEvent } from "./telemetry/backend_event.ts";
import { withoutContext } from "./telemetry/context.ts";
import type { BackendHealth } from "./telemetry/health.ts";
import { loggerOf } from "./telemetry/logger.ts";
import type { FleetFigures } from "./telemetry/metrics/backend_recorder.ts";
import type { CacheFigures } from "./telemetry/metrics/cache_gauges.ts";
import type { Profiler } from "./telemetry/profiler/profiler.ts";
import { type EngineThreads, Telemetry } from "./telemetry/telemetry.ts";
import { VERSION } from "./version.ts";

/**
 * Longest wait for audio of a fleet, in ms. It has its own, shorter limits, for waiting as for each of
 * its attempts, and tries again; this is for the case that they fail.
 */
const FLEET_TIMEOUT_MS = 120_000;

/** Workers where neither the config nor the backend says how many. */
const DEFAULT_WORKERS = 2;

/** What a server is made of. */
export interface ServerOptions {
  readonly config: Config;
  /** What speaks; ready to use. It is closed by whoever opened it, after the server. */
  readonly backend: Backend;
  readonly clock?: Clock;
  /** Told of everything that happens, beside the log. */
  readonly record?: Record;
  /** Where the backend is a fleet: its numbers, health and events. */
  readonly fleet?: FleetView;
  /** The numbers of the cache before the backend, where there is one. */
  readonly cache?: () => CacheFigures;
  /** The embedded engine's threads now, for metrics and health. */
  readonly engineThreads?: () => EngineThreads;
  /**
   * Shared with the backend's threads; closed with the server.
   * @default {createProfilerOf(config)}
   */
  readonly profiler?: Profiler;
  /**
   * Where the server is several processes that share a port: given what this one knows, from where
   * operators are answered.
   */
  readonly share?: (own: OwnSources) => OperatorSources;
}

/** A fleet as those see it who watch it. */
export interface FleetView {
  figures(): FleetFigures;
  health(): BackendHealth;
  subscribe(listener: (event: BackendEvent) => void): void;
}

/** What a server is doing right now. */
export interface ServerStats {
  /** Sessions that have not ended. */
  readonly sessions: number;
  /** Connections that are not closed. */
  readonly connections: number;
  /** Sentences that wait for a worker. */
  readonly queued: number;
  /** Workers in the middle of a synthesis. */
  readonly busyWorkers: number;
  /** Sessions that wait for their next frame. */
  readonly pacing: number;
}

/** A running server. */
export interface Server {
  /** Where it listens. */
  readonly address: Deno.NetAddr;
  /** Whether it speaks TLS. */
  readonly isSecure: boolean;
  /** Whether anyone who can reach it, from other machines too, may speak without a key. */
  readonly isOpenToAll: boolean;
  /** Whether other machines reach it and nothing cuts connections that never ask, or messages without end. */
  readonly isUnguarded: boolean;
  readonly defaultVoice: string;
  readonly stats: ServerStats;
  /**
   * Takes the keys of a config, and reads again the files of keys and of the certificate. No session
   * notices.
   */
  reload(config: Config): void;
  /**
   * Takes no new sessions, lets the open ones finish for `deadlineMs`, and stops. Resolves when
   * nothing is left. A second call hurries the first.
   */
  stop(deadlineMs?: number): Promise<void>;
}

/** Starts a server. Throws a {@linkcode ConfigError} when it cannot do what the config says. */
export function startServer(options: ServerOptions): Server {
  const { config, backend, clock = systemClock } = options;
  const defaultVoice = chooseVoice(config, backend);
  const log = loggerOf("server");
  const scheduler = new Scheduler({ clock, maxQueueDepth: config.maxQueueDepth });
  const workload = new Workload(clock);
  const ticker = new Ticker(withoutContext(clock));
  const turns = new Turns(withoutContext(clock), () => scheduler.hasListeners);
  const allowances = new TextAllowances(clock, orNone(config.maxCharactersPerMinute));
  const connections = new Connections({
    clock,
    limit: config.maxSessions,
    maxConnectionMs: orNone(config.maxConnectionMs),
    goodbyeMs: config.drainMs,
  });
  const isGuarded = config.guardConnections || config.tlsCert !== "";
  const profiler = options.profiler ?? createProfilerOf(config);
  const size = config.workers || backend.capacity || DEFAULT_WORKERS;
  const telemetry: Telemetry = new Telemetry({
    clock,
    slas: {
      bargeInMs: config.slaBargeInMs,
      firstAudioMs: config.slaFirstAudioMs,
      synthesisMs: config.slaSynthesisMs,
    },
    build: { version: VERSION, deno: Deno.version.deno, engine: config.engine },
    measure: config.metrics,
    workers: size,
    maxQueueDepth: config.maxQueueDepth,
    figures: () => ({
      queued: scheduler.depth,
      workers: workers.size,
      busyWorkers: workers.busy,
      sessions: connections.sessions,
      connections: connections.count,
      sendBufferBytes: connections.bufferedBytes,
      unpacedWaiting: turns.size,
      isDraining: connections.isDraining,
      engineThreads: options.engineThreads?.(),
      fleet: options.fleet?.figures(),
      cache: options.cache?.(),
    }),
    backendHealth: options.fleet && (() => options.fleet!.health()),
    subscribeBackend: options.fleet?.subscribe,
    profiler,
    record: (event) => {
      admission.note(event);
      options.record?.(event);
    },
  });
  const { record, scopes } = telemetry;
  const workers: WorkerPool = new WorkerPool({
    size,
    scheduler,
    backend,
    clock,
    record,
    chunkTimeoutMs: Math.max(config.chunkTimeoutMs, options.fleet ? FLEET_TIMEOUT_MS : 0),
    around: telemetry.around,
  });
  const gates = openGates(config, clock, () => record({ type: "wrong_key" }));
  const { admission, isShortOfMemory } = openAdmission(config, {
    clock,
    bufferedBytes: () => connections.bufferedBytes,
    demand: () => ({ speaking: ticker.size, workers: workers.size }),
  });
  telemetry.onLoopLag((lagMs) => admission.noteLag(lagMs));
  const door = new Door({
    context: createContext(config, backend, {
      clock,
      ticker,
      turns,
      scheduler,
      workload,
      allowances,
      record,
      isShortOfMemory,
    }),
    connections,
    scopes,
    gate: gates.listeners,
    admission,
    timeShares: new TimeShares(clock, () => gates.listeners.hasSeveralTenants),
    maxSessionsPerAddress: config.maxSessionsPerAddress,
    maxMessageBytes: config.maxMessageBytes,
    maxMessagesPerSecond: config.maxMessagesPerSecond,
    maxConnectionMs: orNone(config.maxConnectionMs),
    handshakeTimeoutMs: isGuarded ? config.handshakeTimeoutMs : null,
    pingTimeoutS: config.pingTimeoutS,
    onInternalError: (error) => log.error("Internal error", { error: describe(error) }),
  });
  const speech = speechRoutes({
    door,
    voices: backend.voices,
    names: createNames(config, backend, defaultVoice),
    defaultLead: config.leadMs,
    dialectLead: config.dialectLeadMs,
    tokens: gates.tokens,
    newContextInterrupts: config.newContextInterrupts,
  });
  const own: OwnSources = {
    health: telemetry.health,
    profiler,
    ...(telemetry.metrics && { metrics: telemetry.metrics }),
  };
  const admin = {
    gate: gates.admins,
    listeners: gates.listeners,
    ...(options.share?.(own) ?? own),
  };
  const files = staticRoutes(new URL("./web/dist/", import.meta.url));
  const listener = openListener({
    config,
    clock,
    onCut: (reason) => record({ type: "session_refused", reason }),
    isShortOfMemory,
    reusePort: options.share !== undefined,
    handler: createRouter({
      files,
      speech,
      takesOrigin: (origin) => gates.listeners.takesOrigin(origin),
      admin,
    }),
  });
  // Without a backend the workers stay: they are who waits for it, and tells when it does not come.
  const stopFollowing = config.workers === 0
    ? backend.onCapacity?.((capacity) => capacity > 0 && workers.resize(capacity))
    : undefined;
  workers.start();
  telemetry.start();
  admission.start();
  gates.start();
  const { hostname, port } = listener.addr;
  if (isShortOfMemory()) {
    log.warn("Memory is short from the start: nobody is let in", { limit_mb: config.maxMemoryMb });
  }
  log.info("Server started", { version: VERSION, host: hostname, port, workers: size });

  let stopping: Promise<void> | undefined;
  async function stop(deadlineMs: number): Promise<void> {
    log.info("Server draining", { sessions: connections.sessions, deadline_ms: deadlineMs });
    await connections.drain(deadlineMs);
    await profiler.close();
    await listener.close();
    stopFollowing?.();
    await workers.stop();
    telemetry.stop();
    admission.stop();
    gates.stop();
    log.info("Server stopped");
  }
  return {
    address: listener.addr,
    isSecure: listener.isSecure,
    get isOpenToAll() {
      return !gates.listeners.needsKey && !isLoopback(hostname);
    },
    isUnguarded: !isGuarded && !isLoopback(hostname),
    defaultVoice,
    get stats() {
      return {
        sessions: connections.sessions,
        connections: connections.count,
        queued: scheduler.depth,
        busyWorkers: workers.busy,
        pacing: ticker.size,
      };
    },
    reload(config) {
      gates.reload(config);
      listener.reload();
    },
    stop(deadlineMs = config.drainMs) {
      if (stopping !== undefined) connections.hurry();
      stopping ??= stop(deadlineMs);
      return stopping;
    },
  };
}

/** A limit of which zero says that there is none. */
function orNone(limit: number): number | null {
  return limit === 0 ? null : limit;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
