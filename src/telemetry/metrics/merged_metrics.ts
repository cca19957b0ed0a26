/**
 * The metrics of several processes as those of one server.
 *
 * Each metric's declaration says how its numbers become one. What processes counted that are no more
 * still counts: a sum that became smaller would look like a restart to Prometheus, and `rate()` would
 * count all of it again.
 *
 * @module
 */

import { catalogue, type MetricName } from "./catalogue.ts";
import type { CacheFigures } from "./cache_gauges.ts";
import { PROCESS } from "./catalogue/processes.ts";
import { expose, type Scrape } from "./exposition.ts";
import { type Latencies, type LatencyViews, setComplianceGauges } from "./latencies.ts";
import { MergedLatency } from "./latency.ts";
import { MetricSet, type ValueName } from "./metric_set.ts";
import { type FamilySnapshot, type MetricsSnapshot, snapshotFamilies } from "./snapshot.ts";
import type { Across, MetricSpec } from "./spec.ts";
import { summarise, type Summary } from "./summary.ts";
import type { Cell } from "./values.ts";

/** What one process tells. */
export interface ProcessMetrics {
  /** Its number, from 1. */
  readonly process: number;
  /** Whether it answered now. */
  readonly isUp: boolean;
  /** The last that it told; undefined before the first time. */
  readonly snapshot: MetricsSnapshot | undefined;
  /** How often it was replaced. */
  readonly restarts: number;
}

type Specs = Readonly<Record<MetricName, MetricSpec>>;

/** Where a gauge's numbers wait to become one. */
type Numbers = Map<Cell, { readonly across: Across; readonly values: readonly number[] }>;

/** See the module. */
export class MergedMetrics {
  readonly #specs: Specs = sharedCatalogue();
  /** What processes counted that are no more. */
  #lost: readonly FamilySnapshot[] = [];

  /** From now on this is the last that was heard of a process. */
  keep({ families }: MetricsSnapshot): void {
    const lost = new MetricSet(this.#specs);
    this.#merge(lost, [{ families: this.#lost }, { families: families.filter(isLasting) }]);
    this.#lost = snapshotFamilies(lost);
  }

  /** All metrics in the text format that an `Accept` header prefers. */
  scrape(
    processes: readonly ProcessMetrics[],
    accept: string | null,
    now: number,
  ): Promise<Scrape> {
    const metrics = this.#metricsOf(processes);
    setComplianceGauges(metrics, latenciesOf(processes, now));
    return expose(metrics.families, accept);
  }

  /** @param at times in ms: the clock's, and that since the start. */
  summary(
    processes: readonly ProcessMetrics[],
    at: { readonly now: number; readonly uptimeMs: number },
  ): Summary {
    const metrics = this.#metricsOf(processes);
    const lags = processes.map(({ snapshot }) => snapshot?.loopLagMs ?? 0);
    return summarise({
      ...at,
      metrics,
      latencies: latenciesOf(processes, at.now),
      live: {
        queued: metrics.sum("synthesis_queue_depth"),
        workers: metrics.sum("workers_total"),
        busyWorkers: metrics.sum("workers_active"),
        sessions: metrics.sum("sessions_active"),
        cache: cacheOf(metrics),
      },
      utilisationPercent: metrics.sum("worker_utilization_percent"),
      loopLagMs: Math.max(0, ...lags),
    });
  }

  #metricsOf(processes: readonly ProcessMetrics[]): MetricSet {
    const metrics = new MetricSet(this.#specs);
    this.#merge(metrics, [
      { families: this.#lost },
      ...processes.map(({ process, isUp, snapshot: { families = [] } = {} }) => ({
        process: String(process),
        // What it has counted, it has counted; how it is now, nobody knows.
        families: isUp ? families : families.filter(isLasting),
      })),
    ]);
    for (const { process, isUp, restarts } of processes) {
      const labels = { process: String(process) };
      metrics.value("syrinx_process_up").cell(labels).set(isUp ? 1 : 0);
      metrics.value("syrinx_process_restarts_total").cell(labels).raise(restarts);
    }
    return metrics;
  }

  #merge(
    metrics: MetricSet,
    parts: readonly { process?: string; families: readonly FamilySnapshot[] }[],
  ): void {
    const numbers: Numbers = new Map();
    for (const { process, families } of parts) {
      for (const family of families) this.#add(metrics, numbers, family, process);
    }
    for (const [cell, { across, values }] of numbers) cell.set(ONE_OF[across](values));
  }

  #add(
    metrics: MetricSet,
    numbers: Numbers,
    { name, cells }: FamilySnapshot,
    process: string | undefined,
  ): void {
    const across = this.#specs[name as MetricName]?.across;
    // A process that was replaced may run newer code than this one.
    if (across === undefined) return;
    for (const { labels: own, ...figures } of cells) {
      const labels = across === "each" && process !== undefined ? { ...own, process } : own;
      if ("counts" in figures) {
        metrics.distribution(name as MetricName<"histogram">).cell(labels).absorb(figures);
        continue;
      }
      const cell = metrics.value(name as ValueName).cell(labels);
      const values = numbers.get(cell)?.values ?? [];
      numbers.set(cell, { across, values: [...values, figures.value] });
    }
  }
}

/** With the label by which processes are told apart, where they are. */
function sharedCatalogue(): Specs {
  return Object.fromEntries(
    Object.entries<MetricSpec>(catalogue).map(([name, spec]) => [
      name,
      spec.across === "each" ? { ...spec, labels: { ...spec.labels, ...PROCESS } } : spec,
    ]),
  ) as Specs;
}

/** Whether what a metric tells outlives its process. One by process begins anew with its process. */
function isLasting({ name }: FamilySnapshot): boolean {
  const { type, across }: Partial<MetricSpec> = catalogue[name as MetricName] ?? {};
  return (type === "counter" || type === "histogram") && across === "sum";
}

const ONE_OF: Readonly<Record<Across, (values: readonly number[]) => number>> = {
  sum: sumOf,
  each: sumOf,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  mean: (values) => sumOf(values) / values.length,
};

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function latenciesOf(processes: readonly ProcessMetrics[], now: number): LatencyViews {
  const merged = (name: keyof Latencies) =>
    new MergedLatency(
      processes.flatMap(({ snapshot }) => snapshot?.latencies[name] ?? []),
      now,
    );
  return {
    synthesis: merged("synthesis"),
    queueWait: merged("queueWait"),
    firstAudio: merged("firstAudio"),
    bargeIn: merged("bargeIn"),
  };
}

/** The cache's numbers, as far as a summary tells them. */
function cacheOf(metrics: MetricSet): CacheFigures {
  const hits = metrics.value("cache_hits_total");
  const count = (level: string) =>
    hits.cells.find(({ labels }) => labels.level === level)?.value ?? 0;
  return {
    memoryHits: count("memory"),
    storeHits: count("store"),
    joins: metrics.sum("cache_joins_total"),
    misses: metrics.sum("cache_misses_total"),
    evictions: metrics.sum("cache_evictions_total"),
    bytes: metrics.sum("cache_bytes"),
    sentences: metrics.sum("cache_sentences"),
  };
}
