/**
 * Metrics of a server: fed by the core's events, read by Prometheus, by people, and by the health
 * checks.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Record } from "../../speech/events.ts";
import type { BackendEvent } from "../backend_event.ts";
import type { LoopLag } from "../loop_lag.ts";
import type { SessionWaterfall } from "../waterfall/description.ts";
import { Waterfall } from "../waterfall/waterfall.ts";
import { BackendRecorder } from "./backend_recorder.ts";
import { expose, type Scrape } from "./exposition.ts";
import { type LiveFigures, setLiveGauges, setProcessGauges } from "./gauges.ts";
import { createLatencies, setComplianceGauges, type SlaTargets } from "./latencies.ts";
import { MetricSet } from "./metric_set.ts";
import { OpenSpeech } from "./open_speech.ts";
import { createRecorder, type TraceIdOf } from "./recorder.ts";
import { SessionRecorder } from "./session_recorder.ts";
import { SpeechRecorder } from "./speech_recorder.ts";
import { type MetricsSnapshot, snapshotFamilies, snapshotLatencies } from "./snapshot.ts";
import { summarise, type Summary } from "./summary.ts";
import { SynthesisRecorder } from "./synthesis_recorder.ts";

/** What is running. */
export interface BuildInfo {
  readonly version: string;
  readonly deno: string;
  readonly engine: string;
}

/** Options of {@linkcode createMetrics}. */
export interface MetricsOptions {
  readonly clock: Clock;
  /** Workers at the start. */
  readonly workers: number;
  readonly slas: SlaTargets;
  readonly build: BuildInfo;
  /** Started and stopped by whoever made it. */
  readonly loopLag: LoopLag;
  /** The server's numbers now; asked when somebody reads. */
  readonly live: () => LiveFigures;
  /** Ties latencies to traces. @default {none} */
  readonly traceIdOf?: TraceIdOf;
}

/** See the module. */
export interface Metrics {
  /** Subscribes to the core's events. */
  readonly record: Record;
  /** Subscribes to a fleet's events. */
  readonly recordBackend: (event: BackendEvent) => void;
  /** All metrics in the text format that an `Accept` header prefers. */
  scrape(accept: string | null): Promise<Scrape>;
  summary(): Summary;
  /** All of it as data, for who sums up several processes. */
  snapshot(): MetricsSnapshot;
  /** What one session said and when; undefined for one that is not known (any more). */
  waterfall(sessionId: string): SessionWaterfall | undefined;
}

/** Begins to measure; nothing has to be closed. */
export function createMetrics(options: MetricsOptions): Metrics {
  const { clock, workers, live, build, loopLag, traceIdOf } = options;
  const startedAt = clock.now();
  const metrics = new MetricSet();
  metrics.value("syrinx_build_info").cell({ ...build }).set(1);
  const latencies = createLatencies(metrics, options.slas);
  const open = new OpenSpeech();
  const syntheses = new SynthesisRecorder({
    metrics,
    workers,
    latency: latencies.synthesis,
    now: startedAt,
  });
  const count = createRecorder({
    clock,
    sessions: new SessionRecorder({ metrics, open }),
    speech: new SpeechRecorder({ metrics, open, ...latencies }),
    syntheses,
    ...(traceIdOf === undefined ? {} : { traceIdOf }),
  });
  const backends = new BackendRecorder(metrics);
  const waterfall = new Waterfall(clock);
  const lag = metrics.distribution("event_loop_lag_seconds").cell();
  loopLag.subscribe((ms) => lag.observe(ms / 1000));

  /** Writes what is not written by events. */
  function refresh(): void {
    const now = clock.now();
    syntheses.settle(now);
    const figures = live();
    setLiveGauges(metrics, figures);
    if (figures.fleet !== undefined) backends.settle(figures.fleet);
    setProcessGauges(metrics);
    metrics.value("worker_utilization_percent").cell().set(syntheses.utilisationPercent(now));
    setComplianceGauges(metrics, latencies);
  }

  return {
    record(event) {
      count(event);
      waterfall.record(event);
    },
    recordBackend: (event) => backends.record(event),
    scrape(accept) {
      refresh();
      return expose(metrics.families, accept);
    },
    summary() {
      const now = clock.now();
      return summarise({
        metrics,
        latencies,
        live: live(),
        utilisationPercent: syntheses.utilisationPercent(now),
        loopLagMs: loopLag.recentMaxMs,
        uptimeMs: now - startedAt,
        now,
      });
    },
    snapshot() {
      refresh();
      return {
        families: snapshotFamilies(metrics),
        latencies: snapshotLatencies(latencies, clock.now()),
        loopLagMs: loopLag.recentMaxMs,
      };
    },
    waterfall: (sessionId) => waterfall.of(sessionId),
  };
}
