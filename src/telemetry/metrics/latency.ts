/**
 * A latency wherever it is told: as a histogram, as quantiles of the last minutes, and against what
 * was promised.
 *
 * @module
 */

import { type Bin, SlidingQuantiles } from "../../lib/quantiles.ts";
import type { Distribution } from "./distribution.ts";
import { complianceOf, type Sla, type SlaCounts } from "./sla.ts";

/** Quantiles of the last 5 minutes, in ms; null when nothing was observed. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What is asked of a latency. */
export interface LatencyView {
  /** The promise about it, if there is one. */
  readonly sla: { readonly compliancePercent: number | null } | undefined;
  /** Quantiles as of `now`, a clock time in ms. */
  percentiles(now: number): Percentiles;
}

/** The last minutes of a latency as data. */
export interface LatencySnapshot {
  readonly bins: readonly Bin[];
  readonly sla: SlaCounts | null;
}

/** See the module. */
export class Latency implements LatencyView {
  readonly sla: Sla | undefined;
  readonly #distribution: Distribution;
  readonly #quantiles = new SlidingQuantiles();

  /** `distribution` is in seconds. */
  constructor(distribution: Distribution, sla?: Sla) {
    this.#distribution = distribution;
    this.sla = sla;
  }

  /** Notes how long something took, and the trace that it belongs to. */
  note(ms: number, now: number, traceId: string | undefined): void {
    if (!(ms >= 0 && ms < Infinity)) return;
    this.#distribution.observe(ms / 1000, traceId);
    this.#quantiles.add(ms, now);
    this.sla?.note(ms);
  }

  percentiles(now: number): Percentiles {
    return percentilesOf(this.#quantiles, now);
  }

  /** As data, for {@linkcode MergedLatency}. */
  snapshot(now: number): LatencySnapshot {
    return { bins: this.#quantiles.bins(now), sla: this.sla?.lately ?? null };
  }
}

/** The same latency of several processes: exact, as if one had observed all of it. */
export class MergedLatency implements LatencyView {
  readonly sla: { readonly compliancePercent: number | null } | undefined;
  readonly #quantiles = new SlidingQuantiles();

  constructor(snapshots: readonly LatencySnapshot[], now: number) {
    for (const { bins } of snapshots) this.#quantiles.addBins(bins, now);
    const slas = snapshots.flatMap(({ sla }) => sla ?? []);
    const count = slas.reduce((sum, { count }) => sum + count, 0);
    const kept = slas.reduce((sum, { kept }) => sum + kept, 0);
    this.sla = { compliancePercent: complianceOf({ count, kept }) };
  }

  percentiles(now: number): Percentiles {
    return percentilesOf(this.#quantiles, now);
  }
}

function percentilesOf(quantiles: SlidingQuantiles, now: number): Percentiles {
  const quantile = (q: number) => quantiles.quantile(q, now);
  return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
}
