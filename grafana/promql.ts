/**
 * PromQL as the dashboards need it. Every selector follows the dashboard's variables `$job` and
 * `$instance`; rates are over Grafana's `$__rate_interval`, which fits the scrape interval and zoom.
 *
 * @module
 */

const CHOSEN = 'job=~"$job",instance=~"$instance"';

/** The chosen series of a metric; `matchers` such as `sla="barge_in"` choose among them. */
export function series(metric: string, matchers = ""): string {
  return `${metric}{${CHOSEN}${matchers === "" ? "" : `,${matchers}`}}`;
}

/** A gauge over all chosen servers, one series per value of the labels in `by`. */
export function sum(metric: string, by = ""): string {
  return `${aggregate("sum", by)} (${series(metric)})`;
}

/** Events per second of a counter over all chosen servers, one series per value of `by`. */
export function perSecond(metric: string, by = "", matchers = ""): string {
  return `${aggregate("sum", by)} (rate(${series(metric, matchers)}[$__rate_interval]))`;
}

/** Events per minute, for what is rare. */
export function perMinute(metric: string, by = "", matchers = ""): string {
  return `60 * ${perSecond(metric, by, matchers)}`;
}

/** The `q` quantile (0..1) of a histogram over all chosen servers, per value of `by`. */
export function quantile(q: number, histogram: string, by = ""): string {
  const labels = by === "" ? "le" : `le, ${by}`;
  return `histogram_quantile(${q}, ${perSecond(`${histogram}_bucket`, labels)})`;
}

/** The three quantiles that people look at, by the names that they have. */
export function quantiles(histogram: string): Readonly<Record<string, string>> {
  return {
    p50: quantile(0.5, histogram),
    p95: quantile(0.95, histogram),
    p99: quantile(0.99, histogram),
  };
}

/** The share of a histogram's observations that are at most `limit`, which must be a bucket. */
export function shareWithin(limit: number, histogram: string): string {
  const within = perSecond(`${histogram}_bucket`, "", `le="${limit}"`);
  return ratio(within, perSecond(`${histogram}_count`));
}

/** `part` of `whole`; nothing, rather than 0/0, while there is no whole. */
export function ratio(part: string, whole: string): string {
  return `${part} / (${whole} > 0)`;
}

function aggregate(operator: string, by: string): string {
  return by === "" ? operator : `${operator} by (${by})`;
}
