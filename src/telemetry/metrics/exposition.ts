/**
 * Metrics as text, for those who scrape them. The one file that knows the metrics library.
 *
 * The library writes the formats. It does not do the counting: one of its observations takes about
 * 0.4 us and builds strings, too much for what happens with every message of audio, and its numbers
 * can only be read asynchronously.
 *
 * @module
 */

import { type Metric, Registry, type RegistryContentType } from "prom-client";
import { prefersOpenMetrics } from "./accept.ts";
import { Distribution } from "./distribution.ts";
import type { MetricSpec } from "./spec.ts";
import type { Cell, Family, LabelValues } from "./values.ts";

/** Metrics as text. */
export interface Scrape {
  readonly contentType: string;
  readonly body: string;
}

/** One line. */
interface Sample {
  readonly metricName?: string;
  readonly sharedLabels: LabelValues;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly exemplar?: {
    readonly labelSet: LabelValues;
    readonly value: number;
    readonly timestamp: number;
  };
}

type AnyFamily = Family<Cell> | Family<Distribution>;

/**
 * Writes families that have something to tell. All numbers are read before this returns its
 * promise, so that they belong to one moment.
 *
 * @param accept the `Accept` header of the request.
 */
export async function expose(
  families: readonly AnyFamily[],
  accept: string | null,
): Promise<Scrape> {
  const contentType = prefersOpenMetrics(accept)
    ? Registry.OPENMETRICS_CONTENT_TYPE
    : Registry.PROMETHEUS_CONTENT_TYPE;
  const registry = new Registry<RegistryContentType>();
  registry.setContentType(contentType);
  for (const family of families) {
    if (family.cells.length > 0) registry.registerMetric(snapshot(family, contentType));
  }
  return { contentType, body: await registry.metrics() };
}

/** A family in the shape that the registry asks its metrics for. */
function snapshot({ name, spec, cells }: AnyFamily, contentType: RegistryContentType): Metric {
  const isOpenMetrics = contentType === Registry.OPENMETRICS_CONTENT_TYPE;
  const values = cells.flatMap((cell) =>
    cell instanceof Distribution ? bucketSamples(name, cell) : sampleOf(cell)
  );
  const metric = {
    // In OpenMetrics a counter's name has no suffix; the registry puts it on the samples.
    name: isOpenMetrics && spec.type === "counter" ? name.replace(/_total$/, "") : name,
    help: spec.help,
    type: typeName(spec, isOpenMetrics),
    values,
  };
  const source = { ...metric, get: () => Promise.resolve(metric) };
  return source as unknown as Metric;
}

function typeName({ type }: MetricSpec, isOpenMetrics: boolean): string {
  return type === "unknown" && !isOpenMetrics ? "untyped" : type;
}

function sampleOf({ labels, value }: Cell): Sample {
  return { sharedLabels: labels, labels: {}, value };
}

function bucketSamples(name: string, distribution: Distribution): Sample[] {
  const { labels: sharedLabels, bounds, counts, exemplars, sum } = distribution;
  let count = 0;
  const samples: Sample[] = Array.from(counts, (inBucket, bucket) => {
    count += inBucket;
    const exemplar = exemplars[bucket];
    return {
      metricName: `${name}_bucket`,
      sharedLabels,
      labels: { le: bounds[bucket] ?? "+Inf" },
      value: count,
      ...(exemplar === undefined ? {} : {
        exemplar: {
          labelSet: { trace_id: exemplar.traceId },
          value: exemplar.value,
          timestamp: exemplar.timestamp,
        },
      }),
    };
  });
  samples.push(
    { metricName: `${name}_sum`, sharedLabels, labels: {}, value: sum },
    { metricName: `${name}_count`, sharedLabels, labels: {}, value: count },
  );
  return samples;
}
