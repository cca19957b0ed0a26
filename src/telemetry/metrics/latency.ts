/**
 * A latency wherever it is told: as a histogram, as quantiles of the last minutes, and against what
 * was promised.
 *
 * @module
 */

import { SlidingQuantiles } from "../../lib/quantiles.ts";
import type { Distribution } from "./distribution.ts";
import type { Sla } from "./sla.ts";

/** Quantiles of the last 5 minutes, in ms; null when nothing was observed. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** See the module. */
export class Latency {
  /** The promise about it, if there is one. */
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

  /** Quantiles as of `now`, a clock time in ms. */
  percentiles(now: number): Percentiles {
    const quantile = (q: number) => this.#quantiles.quantile(q, now);
    return { p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99) };
  }
}
