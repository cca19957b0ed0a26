/**
 * Histograms: observations counted in buckets, in place.
 *
 * @module
 */

import type { LabelValues } from "./values.ts";

/** The latest traced observation of a bucket. */
export interface Exemplar {
  readonly traceId: string;
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** A distribution as data. */
export interface DistributionFigures {
  /** By bucket, not summed up; those above the last bound at the end. */
  readonly counts: readonly number[];
  readonly sum: number;
  readonly exemplars: readonly (Exemplar | null | undefined)[];
}

/** The observations of one histogram with the same labels. */
export class Distribution {
  readonly labels: LabelValues;
  /** Upper bounds of the buckets, ascending. */
  readonly bounds: readonly number[];
  /** Observations by bucket, those above the last bound at the end. */
  readonly counts: Float64Array;
  /** By bucket; there is none until an observation had a trace. */
  readonly exemplars: (Exemplar | undefined)[] = [];
  #sum = 0;

  constructor(labels: LabelValues, bounds: readonly number[]) {
    this.labels = labels;
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** Sum of all observations. */
  get sum(): number {
    return this.#sum;
  }

  /** Counts what another of the same buckets has counted. */
  absorb({ counts, sum, exemplars }: DistributionFigures): void {
    counts.forEach((count, bucket) => this.counts[bucket]! += count);
    this.#sum += sum;
    exemplars.forEach((exemplar, bucket) => {
      const own = this.exemplars[bucket];
      if (exemplar && exemplar.timestamp > (own?.timestamp ?? 0)) this.exemplars[bucket] = exemplar;
    });
  }

  /** Counts an observation; one that is negative or no finite number is left out. */
  observe(value: number, traceId?: string): void {
    if (!(value >= 0 && value < Infinity)) return;
    const { bounds } = this;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.#sum += value;
    if (traceId === undefined) return;
    this.exemplars[bucket] = { traceId, value, timestamp: Date.now() / 1000 };
  }
}
