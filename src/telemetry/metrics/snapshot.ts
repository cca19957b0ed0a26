/**
 * The metrics of one process as data, for whoever sums up those of several.
 *
 * @module
 */

import { Distribution, type DistributionFigures } from "./distribution.ts";
import type { Latencies } from "./latencies.ts";
import type { LatencySnapshot } from "./latency.ts";
import type { MetricSet } from "./metric_set.ts";
import type { LabelValues } from "./values.ts";

/** One cell of a metric. */
export type CellSnapshot =
  & { readonly labels: LabelValues }
  & ({ readonly value: number } | DistributionFigures);

/** One metric. */
export interface FamilySnapshot {
  readonly name: string;
  readonly cells: readonly CellSnapshot[];
}

/** All of one process, as JSON carries it. */
export interface MetricsSnapshot {
  readonly families: readonly FamilySnapshot[];
  readonly latencies: { readonly [Name in keyof Latencies]: LatencySnapshot };
  /** Lag of the event loop: the longest of the last 10 s, in ms. */
  readonly loopLagMs: number;
}

/** Every metric that has something to tell. */
export function snapshotFamilies({ families }: MetricSet): FamilySnapshot[] {
  return families.filter(({ cells }) => cells.length > 0).map(({ name, cells }) => ({
    name,
    cells: cells.map((cell) =>
      cell instanceof Distribution
        ? {
          labels: cell.labels,
          counts: [...cell.counts],
          sum: cell.sum,
          exemplars: [...cell.exemplars],
        }
        : { labels: cell.labels, value: cell.value }
    ),
  }));
}

/** The latencies' last minutes as of `now`, a clock time in ms. */
export function snapshotLatencies(
  { synthesis, queueWait, firstAudio, bargeIn }: Latencies,
  now: number,
): MetricsSnapshot["latencies"] {
  return {
    synthesis: synthesis.snapshot(now),
    queueWait: queueWait.snapshot(now),
    firstAudio: firstAudio.snapshot(now),
    bargeIn: bargeIn.snapshot(now),
  };
}
