/**
 * All that watches a server, put together: logs, traces, metrics, health and profiles.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import type { Record, SynthesisRef } from "../speech/events.ts";
import type { BackendEvent } from "./backend_event.ts";
import { createEventLog } from "./event_log.ts";
import { type BackendHealth, Health } from "./health.ts";
import { type LagListener, LoopLag } from "./loop_lag.ts";
import type { FleetFigures } from "./metrics/backend_recorder.ts";
import type { EngineThreadFigures, LiveFigures } from "./metrics/gauges.ts";
import type { SlaTargets } from "./metrics/latencies.ts";
import { type BuildInfo, createMetrics, type Metrics } from "./metrics/metrics.ts";
import type { Profiler } from "./profiler/profiler.ts";
import { Scopes } from "./scopes.ts";
import { createTracer } from "./tracer.ts";

/** Engine threads as they are and as they should be. */
export interface EngineThreads extends EngineThreadFigures {
  /** Threads that there should be. */
  readonly wanted: number;
}

/** The server's numbers now. */
export interface ServerFigures extends Omit<LiveFigures, "isReady" | "engineThreads" | "fleet"> {
  readonly isDraining: boolean;
  readonly engineThreads?: EngineThreads | undefined;
  readonly fleet?: FleetFigures | undefined;
}

/** Options of {@linkcode Telemetry}. */
export interface TelemetryOptions {
  readonly clock: Clock;
  readonly slas: SlaTargets;
  readonly build: BuildInfo;
  /** Whether anything is measured. */
  readonly measure: boolean;
  readonly workers: number;
  readonly maxQueueDepth: number;
  readonly figures: () => ServerFigures;
  readonly backendHealth?: (() => BackendHealth) | undefined;
  readonly profiler: Profiler;
  /** Calls back with every event of a fleet of backends. */
  readonly subscribeBackend?: ((listener: (event: BackendEvent) => void) => void) | undefined;
  /** Told of every event too. */
  readonly record?: Record | undefined;
}

/** Subscribes to the core's events, and answers whoever asks. */
export class Telemetry {
  readonly scopes = new Scopes({ tracer: createTracer() });
  /** For the core. */
  readonly record: Record;
  /** Absent when nothing is measured. */
  readonly metrics: Metrics | undefined;
  readonly health: Health;
  readonly profiler: Profiler;
  readonly #loopLag: LoopLag;

  constructor(options: TelemetryOptions) {
    const { clock, slas, figures } = options;
    this.profiler = options.profiler;
    this.#loopLag = new LoopLag({ clock });
    this.health = this.#createHealth(options);
    const metrics = options.measure ? this.#createMetrics(options, figures) : undefined;
    this.metrics = metrics;
    options.subscribeBackend?.((event) => metrics?.recordBackend(event));
    const eventLog = createEventLog({ scopes: this.scopes, bargeInSlaMs: slas.bargeInMs });
    this.record = this.scopes.surround((event) => {
      eventLog(event);
      metrics?.record(event);
      options.record?.(event);
    });
  }

  /** For the worker pool: what a synthesis does is known as its own, and profiled. */
  readonly around = (ref: SynthesisRef, synthesise: () => Promise<void>): Promise<void> =>
    this.scopes.around(
      ref,
      () => this.profiler.section(`worker_${ref.worker}_synthesis`, synthesise),
    );

  /** Tells `listener` by how much the event loop is late, in ms, again and again. */
  onLoopLag(listener: LagListener): void {
    this.#loopLag.subscribe(listener);
  }

  start(): void {
    this.#loopLag.start();
  }

  stop(): void {
    this.#loopLag.stop();
  }

  #createHealth({ clock, maxQueueDepth, figures, backendHealth }: TelemetryOptions) {
    return new Health({
      clock,
      figures: () => {
        const { engineThreads: threads, ...now } = figures();
        const loopLagMs = this.#loopLag.recentMaxMs;
        return { ...now, maxQueueDepth, loopLagMs, ...(threads && { threads }) };
      },
      ...(backendHealth && { backendHealth }),
    });
  }

  #createMetrics(options: TelemetryOptions, figures: () => ServerFigures): Metrics {
    const { clock, workers, slas, build } = options;
    return createMetrics({
      clock,
      workers,
      slas,
      build,
      loopLag: this.#loopLag,
      traceIdOf: (event) => this.scopes.traceIdOf(event),
      live: () => {
        const { engineThreads, fleet, ...now } = figures();
        const isReady = this.health.check("readiness").status !== "unavailable";
        return {
          ...now,
          isReady,
          ...(engineThreads && { engineThreads }),
          ...(fleet && { fleet }),
        };
      },
    });
  }
}
