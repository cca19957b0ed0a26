import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { catalogue, themes } from "../../../src/telemetry/metrics/catalogue.ts";
import { metricsMarkdown } from "../../../src/telemetry/metrics/markdown.ts";
import { processMetrics } from "../../../src/telemetry/metrics/catalogue/processes.ts";
import type { MetricSpec } from "../../../src/telemetry/metrics/spec.ts";
import { Harness, type Parsed } from "./harness.ts";

const specs: readonly [string, MetricSpec][] = Object.entries(catalogue);

/** What one process tells; of several their supervisor tells the rest. */
const ownSpecs = specs.filter(([name]) => !(name in processMetrics));

/** A server to which everything has happened that there are metrics of. */
async function scrapeOfAll(): Promise<Parsed> {
  const harness = new Harness();
  harness.live = {
    ...harness.live,
    engineThreads: { threads: 2, busy: 1, spares: 1, waiting: 0, restarts: 0 },
    fleet: {
      backends: [{ address: "a:1", up: true, outstanding: 1, limit: 2, breaker: "closed" }],
      waiting: 0,
    },
    cache: {
      ...{ memoryHits: 1, storeHits: 1, joins: 1, misses: 1, evictions: 1 },
      ...{ bytes: 1, sentences: 1 },
      store: { up: true, errors: { timeout: 1, failed: 1, invalid: 1, skipped: 1, dropped: 1 } },
    },
  };
  harness.metrics.recordBackend({
    type: "request_ended",
    backend: "a:1",
    code: "ok",
    firstChunkMs: 20,
  });
  harness.begin();
  harness.synthesise("completed");
  const session = { sessionId: "s1" };
  harness.record(
    { type: "first_audio", ...session, utteranceId: "u1", afterMs: 100 },
    { type: "barge_in", ...session, latencyMs: 1, discardedMs: 0, utterances: 1 },
    { type: "message_received", ...session, message: "text" },
    { type: "refused", ...session, code: "bad_json" },
    {
      type: "session_ended",
      ...session,
      close: "finished",
      durationMs: 1_000,
      commands: 1,
      bargeIns: 1,
    },
  );
  return await harness.scrape();
}

Deno.test("a server tells every metric of the catalogue, and no other", async () => {
  const { types } = await scrapeOfAll();
  assertEquals([...types.keys()].toSorted(), ownSpecs.map(([name]) => name).toSorted());
  for (const [name, spec] of ownSpecs) {
    assertEquals(types.get(name), spec.type === "unknown" ? "untyped" : spec.type, name);
  }
});

Deno.test("every metric has its help, and only labels and values that are declared", async () => {
  const { series, helps } = await scrapeOfAll();
  for (const [name, { help }] of ownSpecs) assertEquals(helps.get(name), help);
  const byName = new Map(specs);
  for (const written of series.keys()) {
    const name = written.split("{")[0]!;
    const { labels } = byName.get(name) ?? byName.get(name.replace(/_(bucket|sum|count)$/, ""))!;
    const pairs = [...written.matchAll(/([a-z_]+)="([^"]*)"/g)].filter(([, label]) =>
      label !== "le"
    );
    assertEquals(pairs.map(([, label]) => label), Object.keys(labels), written);
    for (const [, label, value] of pairs) {
      const values = labels[label!]!;
      assert(typeof values === "string" || values.includes(value!), written);
    }
  }
});

Deno.test("docs/metrics.md lists every metric as the code declares it, and no other", async () => {
  const page = await Deno.readTextFile(new URL("../../../docs/metrics.md", import.meta.url));
  assertStringIncludes(page, metricsMarkdown(), "run: deno task docs");
  const rows = [...page.matchAll(/^\| `([a-z_]+)` \| (\w+) \|/gm)];
  assertEquals(rows.map(([, name]) => name).toSorted(), specs.map(([name]) => name).toSorted());
});

Deno.test("every metric is documented under one theme", () => {
  const names = themes.flatMap(({ metrics }) => Object.keys(metrics));
  assertEquals(names.toSorted(), specs.map(([name]) => name).toSorted());
});

Deno.test("buckets ascend, and those of durations go far beyond what is promised", () => {
  for (const [name, { type, buckets }] of specs) {
    assertEquals(buckets.length > 0, type === "histogram", name);
    assertEquals(buckets, buckets.toSorted((a, b) => a - b), name);
    assertEquals(new Set(buckets).size, buckets.length, name);
    if (name.endsWith("_seconds") && type === "histogram") assert(buckets.at(-1)! >= 60, name);
  }
});

Deno.test("each promise has a bucket at its usual limit", () => {
  assert(catalogue.barge_in_latency_seconds.buckets.includes(0.05));
  assertEquals(catalogue.barge_in_latency_seconds.buckets[0], 0.0005);
  assert(catalogue.time_to_first_audio_seconds.buckets.includes(0.5));
  assert(catalogue.synthesis_latency_seconds.buckets.includes(0.3));
  assert(catalogue.synthesis_latency_seconds.buckets.includes(0.5));
  assert(catalogue.session_duration_seconds.buckets.at(-1)! >= 24 * 3_600);
});

Deno.test("counters with known labels start at 0, what belongs to another part is absent", async () => {
  const { series, types } = await new Harness().scrape();
  const counters = [
    "synthesis_total",
    'utterances_total{outcome="failed"}',
    'sentences_total{outcome="unspeakable"}',
    'sla_violations_total{sla="first_audio"}',
    'playout_underruns_total{cause="server"}',
    'playout_gap_seconds_count{cause="text"}',
    'sessions_refused_total{reason="full"}',
    'worker_busy_seconds_total{worker="1"}',
    "synthesis_latency_seconds_count",
  ];
  for (const name of counters) assertEquals(series.get(name), 0, name);
  const absent = ["engine_threads", "engine_threads_waiting", "engine_thread_restarts_total"];
  for (const name of [...absent, "sla_compliance_percent", "messages_total", "sessions_total"]) {
    assertEquals(types.has(name), false, name);
  }
});

Deno.test("names keep to what checkers of metric names ask for", () => {
  for (const [name, { type, help }] of specs) {
    assert(/^[a-z]+(_[a-z]+)*$/.test(name), name);
    assert(/^[A-Z1].*\.$/.test(help) && !/["|\n]/.test(help), help);
    assertEquals(name.endsWith("_total"), type === "counter" || type === "unknown", name);
    // Units are whole words and base units; the library's suffixes are its own.
    assert(!/_(ms|s|milliseconds|minutes|hours|kb|mb|bucket|sum|count)(_|$)/.test(name), name);
  }
});
