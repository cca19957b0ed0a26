import { assert, assertEquals } from "@std/assert";
import {
  MergedMetrics,
  type ProcessMetrics,
} from "../../../src/telemetry/metrics/merged_metrics.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { Harness, parse, type Parsed } from "./harness.ts";

const OPEN_METRICS = "application/openmetrics-text";

/** What a process tells, as the supervisor gets it: through JSON. */
function told(
  process: number,
  harness: Harness,
  rest: Partial<ProcessMetrics> = {},
): ProcessMetrics {
  const snapshot = JSON.parse(JSON.stringify(harness.metrics.snapshot()));
  return { process, snapshot, isUp: true, restarts: 0, ...rest };
}

async function scrape(
  merged: MergedMetrics,
  processes: ProcessMetrics[],
  accept: string | null = null,
): Promise<Parsed> {
  return parse((await merged.scrape(processes, accept, 0)).body);
}

/** Two processes that did different things, on one clock. */
function twoProcesses(): [Harness, Harness] {
  const clock = new FakeClock();
  const [one, two] = [new Harness({}, clock), new Harness({ traceIdOf: () => "abc" }, clock)];
  one.live = { ...one.live, sessions: 3, queued: 1 };
  two.live = { ...two.live, sessions: 4, busyWorkers: 1, isReady: false };
  for (const harness of [one, two]) harness.begin();
  for (const durationMs of [10, 20, 30]) one.synthesise("completed", { durationMs });
  for (const durationMs of [400, 500]) two.synthesise("completed", { durationMs });
  return [one, two];
}

Deno.test("counters, buckets and most gauges are added up", async () => {
  const [one, two] = twoProcesses();
  const { series } = await scrape(new MergedMetrics(), [told(1, one), told(2, two)]);
  const expected = {
    "synthesis_total": 5,
    'synthesis_latency_seconds_bucket{le="0.02"}': 2,
    'synthesis_latency_seconds_bucket{le="0.05"}': 3,
    'synthesis_latency_seconds_bucket{le="0.5"}': 5,
    'synthesis_latency_seconds_bucket{le="+Inf"}': 5,
    "synthesis_latency_seconds_count": 5,
    "synthesis_latency_seconds_sum": 0.96,
    'sla_violations_total{sla="synthesis"}': 2,
    "sessions_active": 7,
    "synthesis_queue_depth": 1,
    "workers_total": 4,
    "workers_idle": 3,
  };
  for (const [name, value] of Object.entries(expected)) {
    assertEquals(Number(series.get(name)?.toFixed(9)), value, name);
  }
});

Deno.test("what is no sum is told by process, or by a rule of its own", async () => {
  const [one, two] = twoProcesses();
  const { series } = await scrape(new MergedMetrics(), [
    told(1, one),
    told(2, two, { restarts: 2 }),
  ]);
  assertEquals(series.get('ready{process="1"}'), 1);
  assertEquals(series.get('ready{process="2"}'), 0);
  assert(series.get('process_resident_memory_bytes{process="2"}')! > 0);
  assertEquals(series.get("process_resident_memory_bytes"), undefined);
  assert(series.has('worker_busy_seconds_total{worker="0",process="1"}'));
  assertEquals(series.get('syrinx_build_info{version="1.2.3",deno="2.9.6",engine="scripted"}'), 1);
  assertEquals(series.get('syrinx_process_restarts_total{process="2"}'), 2);
  // Three of five kept the promise; the mean of 100 and 0 would be another number.
  assertEquals(series.get('sla_compliance_percent{sla="synthesis"}'), 60);
});

Deno.test("a backend is up if all see it, and its breaker is the worst of them", async () => {
  const [one, two] = twoProcesses();
  const seen = (up: boolean, breaker: "closed" | "open", outstanding: number) => ({
    backends: [{ address: "a:1", up, outstanding, limit: 4, breaker }],
    waiting: 1,
  });
  one.live = { ...one.live, fleet: seen(true, "closed", 1) };
  two.live = { ...two.live, fleet: seen(false, "open", 2) };
  const { series } = await scrape(new MergedMetrics(), [told(1, one), told(2, two)]);
  const names = ["up", "outstanding", "limit", "breaker_state"];
  const values = names.map((name) => series.get(`backend_${name}{backend="a:1"}`));
  assertEquals(values, [0, 3, 4, 2]);
  assertEquals(series.get("backend_waiting"), 2);
});

Deno.test("OpenMetrics has them too, with the traces of the latest", async () => {
  const [one, two] = twoProcesses();
  const { series, exemplars } = await scrape(
    new MergedMetrics(),
    [told(1, one), told(2, two)],
    OPEN_METRICS,
  );
  assertEquals(series.get("synthesis_total"), 5);
  assertEquals(exemplars.get('synthesis_latency_seconds_bucket{le="0.5"}'), "abc");
});

Deno.test("what a process counted still counts when it is gone, and once", async () => {
  const [one, two] = twoProcesses();
  const merged = new MergedMetrics();
  const last = told(2, two);
  merged.keep(last.snapshot!);
  const gone = { process: 2, isUp: false, snapshot: undefined, restarts: 0 };
  const between = await scrape(merged, [told(1, one), gone]);
  assertEquals(between.series.get("synthesis_total"), 5);
  assertEquals(between.series.get("synthesis_latency_seconds_count"), 5);
  assertEquals(between.series.get("sessions_active"), 3);
  assertEquals(between.series.get('syrinx_process_up{process="2"}'), 0);
  assertEquals(between.series.get('ready{process="2"}'), undefined);

  const anew = new Harness({}, two.clock);
  anew.begin();
  anew.synthesise("completed");
  merged.keep(anew.metrics.snapshot());
  const after = await scrape(merged, [told(1, one), told(2, anew, { restarts: 2 })]);
  assertEquals(after.series.get("synthesis_total"), 7);
  assertEquals(after.series.get("synthesis_latency_seconds_count"), 7);
});

Deno.test("of a process that does not answer the counts stay, and the gauges go", async () => {
  const [one, two] = twoProcesses();
  const { series } = await scrape(new MergedMetrics(), [
    told(1, one),
    told(2, two, { isUp: false }),
  ]);
  assertEquals(series.get("synthesis_total"), 5);
  assertEquals(series.get("sessions_active"), 3);
  assertEquals(series.get('syrinx_process_up{process="2"}'), 0);
});

Deno.test("a metric of newer code is left out", async () => {
  const [one] = twoProcesses();
  const { snapshot, ...rest } = told(1, one);
  const families = [...snapshot!.families, {
    name: "of_tomorrow_total",
    cells: [{ labels: {}, value: 1 }],
  }];
  const merged = new MergedMetrics();
  merged.keep({ ...snapshot!, families });
  const { series } = await scrape(merged, [{ ...rest, snapshot: { ...snapshot!, families } }]);
  assertEquals(series.get("synthesis_total"), 6);
  assertEquals(series.has("of_tomorrow_total"), false);
});

Deno.test("quantiles are those of all observations, and not a mean of quantiles", () => {
  const [one, two] = twoProcesses();
  const alone = new Harness({}, two.clock);
  alone.begin();
  for (const durationMs of [10, 20, 30, 400, 500]) alone.synthesise("completed", { durationMs });
  const at = { now: two.clock.now(), uptimeMs: 5_000 };
  const { metrics, uptime_seconds } = new MergedMetrics().summary([told(1, one), told(2, two)], at);
  const expected = alone.metrics.summary().metrics;
  for (const q of ["p50", "p95", "p99"] as const) {
    assertEquals(metrics[`synthesis_latency_${q}_ms`], expected[`synthesis_latency_${q}_ms`]);
  }
  assertEquals(metrics.sla_compliance_percent, expected.sla_compliance_percent);
  assertEquals(uptime_seconds, 5);
  assertEquals(
    [metrics.synthesis_total, metrics.sessions_active, metrics.workers_total, metrics.workers_idle],
    [5, 7, 4, 3],
  );
});
