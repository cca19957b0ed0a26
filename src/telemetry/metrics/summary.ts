/**
 * The numbers that an operator asks for first, as one object.
 *
 * @module
 */

import { type CacheSummary, summariseCache } from "./cache_gauges.ts";
import type { LiveFigures } from "./gauges.ts";
import type { LatencyViews } from "./latencies.ts";
import type { LatencyView, Percentiles } from "./latency.ts";
import type { MetricSet } from "./metric_set.ts";

/** The answer to `GET /metrics/summary`; counts are since the start, quantiles of the last 5 min. */
export interface Summary {
  readonly status: "ok";
  readonly uptime_seconds: number;
  readonly metrics: CacheSummary & {
    readonly synthesis_total: number;
    readonly synthesis_errors: number;
    readonly synthesis_cancelled: number;
    /** Errors of `synthesis_total`, 0 to 1; null before the first synthesis. */
    readonly error_rate: number | null;
    readonly synthesis_active: number;
    readonly synthesis_queue_depth: number;
    readonly synthesis_latency_p50_ms: number | null;
    readonly synthesis_latency_p95_ms: number | null;
    readonly synthesis_latency_p99_ms: number | null;
    readonly queue_wait_p50_ms: number | null;
    readonly queue_wait_p95_ms: number | null;
    readonly queue_wait_p99_ms: number | null;
    readonly first_audio_p50_ms: number | null;
    readonly first_audio_p95_ms: number | null;
    readonly first_audio_p99_ms: number | null;
    readonly barge_in_p50_ms: number | null;
    readonly barge_in_p95_ms: number | null;
    readonly barge_in_p99_ms: number | null;
    /** The same as `barge_in_p95_ms`. */
    readonly session_barge_in_p95_ms: number | null;
    readonly workers_total: number;
    readonly workers_active: number;
    readonly workers_idle: number;
    readonly worker_utilization_percent: number;
    readonly worker_tasks_total: number;
    readonly worker_errors: number;
    readonly sessions_active: number;
    readonly utterances: {
      readonly completed: number;
      readonly interrupted: number;
      readonly failed: number;
    };
    readonly barge_ins: number;
    readonly characters: number;
    readonly audio_sent_seconds: number;
    /** Underruns that the server caused. */
    readonly underruns: number;
    /** Underruns because the client's text came late. */
    readonly underruns_text: number;
    /** Of all promises. */
    readonly sla_violations: number;
    /** Share of the last 1,000 of each; null before the first. */
    readonly sla_compliance_percent: {
      readonly barge_in: number | null;
      readonly first_audio: number | null;
      readonly synthesis: number | null;
    };
    /** Longest of the last 10 s. */
    readonly event_loop_lag_ms: number;
  };
}

/** What a summary is made of. */
export interface SummaryOptions {
  readonly metrics: MetricSet;
  readonly latencies: LatencyViews;
  readonly live: Pick<LiveFigures, "busyWorkers" | "queued" | "workers" | "sessions" | "cache">;
  readonly utilisationPercent: number;
  readonly loopLagMs: number;
  readonly uptimeMs: number;
  /** Clock time, ms. */
  readonly now: number;
}

/** Sums up. */
export function summarise(options: SummaryOptions): Summary {
  const { metrics, latencies, live, now } = options;
  const total = metrics.sum("synthesis_total");
  const errors = metrics.sum("synthesis_errors_total");
  const bargeIn = percentiles("barge_in", latencies.bargeIn.percentiles(now));
  return {
    status: "ok",
    uptime_seconds: round(options.uptimeMs / 1000),
    metrics: {
      synthesis_total: total,
      synthesis_errors: errors,
      synthesis_cancelled: metrics.sum("synthesis_cancelled_total"),
      error_rate: total === 0 ? null : errors / total,
      synthesis_active: live.busyWorkers,
      synthesis_queue_depth: live.queued,
      ...percentiles("synthesis_latency", latencies.synthesis.percentiles(now)),
      ...percentiles("queue_wait", latencies.queueWait.percentiles(now)),
      ...percentiles("first_audio", latencies.firstAudio.percentiles(now)),
      ...bargeIn,
      session_barge_in_p95_ms: bargeIn.barge_in_p95_ms,
      workers_total: live.workers,
      workers_active: live.busyWorkers,
      workers_idle: Math.max(0, live.workers - live.busyWorkers),
      worker_utilization_percent: round(options.utilisationPercent),
      worker_tasks_total: metrics.sum("worker_tasks_total"),
      worker_errors: metrics.sum("worker_errors_total"),
      sessions_active: live.sessions,
      utterances: utterances(metrics),
      barge_ins: metrics.sum("barge_in_total"),
      characters: metrics.sum("characters_total"),
      audio_sent_seconds: round(metrics.sum("audio_sent_seconds_total")),
      ...underruns(metrics),
      sla_violations: metrics.sum("sla_violations_total"),
      sla_compliance_percent: compliance(latencies),
      event_loop_lag_ms: round(options.loopLagMs),
      ...summariseCache(live.cache),
    },
  };
}

type PercentileKey<Name extends string> = `${Name}_${keyof Percentiles}_ms`;

function percentiles<Name extends string>(
  name: Name,
  { p50, p95, p99 }: Percentiles,
): Record<PercentileKey<Name>, number | null> {
  return {
    [`${name}_p50_ms`]: roundIfAny(p50),
    [`${name}_p95_ms`]: roundIfAny(p95),
    [`${name}_p99_ms`]: roundIfAny(p99),
  } as Record<PercentileKey<Name>, number | null>;
}

function utterances(metrics: MetricSet): Summary["metrics"]["utterances"] {
  const family = metrics.value("utterances_total");
  const count = (outcome: string) => family.cell({ outcome }).value;
  return {
    completed: count("completed"),
    interrupted: count("interrupted"),
    failed: count("failed"),
  };
}

function underruns(metrics: MetricSet): { underruns: number; underruns_text: number } {
  const family = metrics.value("playout_underruns_total");
  return {
    underruns: family.cell({ cause: "server" }).value,
    underruns_text: family.cell({ cause: "text" }).value,
  };
}

function compliance(latencies: LatencyViews): Summary["metrics"]["sla_compliance_percent"] {
  const percent = ({ sla }: LatencyView) => roundIfAny(sla?.compliancePercent ?? null);
  return {
    barge_in: percent(latencies.bargeIn),
    first_audio: percent(latencies.firstAudio),
    synthesis: percent(latencies.synthesis),
  };
}

function roundIfAny(value: number | null): number | null {
  return value === null ? null : round(value);
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
