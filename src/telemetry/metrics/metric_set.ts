/**
 * The catalogue's metrics, ready to be counted.
 *
 * @module
 */

import { catalogue, type MetricName } from "./catalogue.ts";
import { Distribution } from "./distribution.ts";
import type { MetricSpec } from "./spec.ts";
import { Cell, Family, type LabelValues } from "./values.ts";

/** Metrics that are single numbers. */
export type ValueName = MetricName<"counter" | "gauge" | "unknown">;

/**
 * One family per metric. Counters and histograms whose label values are all known start at 0, so
 * that a rate is right from the first event on; everything else appears when it is first written.
 */
export class MetricSet {
  readonly #values = new Map<string, Family<Cell>>();
  readonly #distributions = new Map<string, Family<Distribution>>();

  constructor(specs: Readonly<Record<ValueName, MetricSpec>> = catalogue) {
    for (const [name, spec] of Object.entries<MetricSpec>(specs)) {
      const family = spec.type === "histogram"
        ? this.#addDistribution(name, spec)
        : this.#addValue(name, spec);
      if (startsAtZero(spec)) combinations(spec).forEach((labels) => family.cell(labels));
    }
  }

  /** Makes a counter of a part that is there tell 0 before its first event. */
  startAtZero(name: ValueName): void {
    const family = this.value(name);
    for (const labels of combinations(family.spec)) family.cell(labels);
  }

  /** The counter or gauge of that name. */
  value(name: ValueName): Family<Cell> {
    return this.#values.get(name)!;
  }

  /** The histogram of that name. */
  distribution(name: MetricName<"histogram">): Family<Distribution> {
    return this.#distributions.get(name)!;
  }

  /** Sum of all cells of a counter or gauge. */
  sum(name: ValueName): number {
    return this.value(name).cells.reduce((sum, { value }) => sum + value, 0);
  }

  /** Every family, as written. */
  get families(): (Family<Cell> | Family<Distribution>)[] {
    return [...this.#values.values(), ...this.#distributions.values()];
  }

  #addValue(name: string, spec: MetricSpec): Family<Cell> {
    const family = new Family(name, spec, (labels) => new Cell(labels));
    this.#values.set(name, family);
    return family;
  }

  #addDistribution(name: string, spec: MetricSpec): Family<Distribution> {
    const family = new Family(name, spec, (labels) => new Distribution(labels, spec.buckets));
    this.#distributions.set(name, family);
    return family;
  }
}

function startsAtZero({ type, labels, onlyWith }: MetricSpec): boolean {
  if (onlyWith !== undefined || type === "gauge" || type === "unknown") return false;
  return Object.values(labels).every((values) => typeof values !== "string");
}

/** Every combination of the values of a metric's labels. */
function combinations({ labels }: MetricSpec): LabelValues[] {
  let all: LabelValues[] = [{}];
  for (const [label, values] of Object.entries(labels)) {
    all = all.flatMap((rest) => [...values].map((value) => ({ ...rest, [label]: value })));
  }
  return all;
}
