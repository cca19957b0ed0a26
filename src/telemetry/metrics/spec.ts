/**
 * What is declared about a metric before anything is measured.
 *
 * @module
 */

/**
 * `unknown` is for a gauge whose name ends like a counter's: the checkers of metric names take no
 * gauge of such a name.
 */
export type MetricType = "counter" | "gauge" | "histogram" | "unknown";

/** For each label the values that it takes: all of them, or what they are, in words. */
export type LabelSpecs = Readonly<Record<string, readonly string[] | string>>;

/**
 * How the numbers of several processes become one: added up, the greatest, the least or the mean of
 * them; or they stay as they are, told apart by a label `process`.
 */
export type Across = "sum" | "max" | "min" | "mean" | "each";

/** A metric's declaration. */
export interface MetricSpec<T extends MetricType = MetricType> {
  readonly type: T;
  /** What is measured, and in what unit: the help text and the documentation. */
  readonly help: string;
  readonly labels: LabelSpecs;
  /** Upper bounds of a histogram's buckets, ascending; empty for other metrics. */
  readonly buckets: readonly number[];
  /** In whose absence the metric is absent too; undefined when it is always there. */
  readonly onlyWith: string | undefined;
  readonly across: Across;
}

/** What only some declarations have. */
export interface SpecOptions {
  readonly labels?: LabelSpecs;
  readonly onlyWith?: string;
  /** Of a histogram `sum` or `each`. @default {"sum"} */
  readonly across?: Across;
}

/** Declares a number that only grows. */
export function counter(help: string, options: SpecOptions = {}): MetricSpec<"counter"> {
  return spec("counter", help, [], options);
}

/** Declares a number that is what it is when it is read. */
export function gauge(help: string, options: SpecOptions = {}): MetricSpec<"gauge"> {
  return spec("gauge", help, [], options);
}

/** Declares a gauge whose name ends in `_total`. */
export function gaugeNamedTotal(help: string): MetricSpec<"unknown"> {
  return spec("unknown", help, [], {});
}

/**
 * Declares a distribution. The last bound is to be above all that is likely: a quantile beyond it is
 * told as that bound.
 */
export function histogram(
  help: string,
  buckets: readonly number[],
  options: SpecOptions = {},
): MetricSpec<"histogram"> {
  return spec("histogram", help, buckets, options);
}

function spec<T extends MetricType>(
  type: T,
  help: string,
  buckets: readonly number[],
  { labels = {}, onlyWith, across = "sum" }: SpecOptions,
): MetricSpec<T> {
  return { type, help, labels, buckets, onlyWith, across };
}
