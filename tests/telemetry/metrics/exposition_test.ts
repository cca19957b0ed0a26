import { assertEquals, assertStringIncludes } from "@std/assert";
import { Harness, parse, ref } from "./harness.ts";

const OPEN_METRICS = "application/openmetrics-text";

function busy(harness: Harness): void {
  harness.begin();
  harness.synthesise("completed", { durationMs: 20 });
  harness.record(
    { type: "sentence_taken", tenantId: "", ...ref(), waitMs: 3, lateMs: 0 },
    { type: "first_audio", sessionId: "s1", utteranceId: "u1", afterMs: 120 },
    { type: "barge_in", sessionId: "s1", latencyMs: 0.4, discardedMs: 100, utterances: 1 },
    { type: "message_sent", sessionId: "s1", message: "audio" },
  );
}

Deno.test("plain text is the default, OpenMetrics is given to who asks for it", async () => {
  const { metrics } = new Harness();
  const text = await metrics.scrape(null);
  assertEquals(text.contentType, "text/plain; version=0.0.4; charset=utf-8");
  const open = await metrics.scrape(OPEN_METRICS);
  assertEquals(
    open.contentType,
    "application/openmetrics-text; version=1.0.0; charset=utf-8",
  );
  assertEquals(open.body.endsWith("\n# EOF\n"), true);
  assertEquals(text.body.includes("# EOF"), false);
});

Deno.test("both formats tell the same numbers", async () => {
  const harness = new Harness();
  busy(harness);
  const text = await harness.scrape();
  const open = await harness.scrape(OPEN_METRICS);
  const again = await harness.scrape();
  const isSteady = ([name]: [string, number]) => !name.startsWith("process_");
  assertEquals([...open.series].filter(isSteady), [...text.series].filter(isSteady));
  assertEquals([...again.series].filter(isSteady), [...text.series].filter(isSteady));
});

Deno.test("a counter ends in _total; in OpenMetrics its family does not", async () => {
  const harness = new Harness();
  busy(harness);
  const text = await harness.scrape();
  const open = await harness.scrape(OPEN_METRICS);
  for (const [name, type] of text.types) {
    assertEquals(name.endsWith("_total"), type === "counter" || name === "workers_total", name);
    assertEquals(
      open.types.get(type === "counter" ? name.replace(/_total$/, "") : name),
      {
        counter: "counter",
        gauge: "gauge",
        histogram: "histogram",
        untyped: "unknown",
      }[type],
    );
  }
  assertEquals(open.types.size, text.types.size);
});

Deno.test("a latency carries the trace of one that fell into its bucket, in OpenMetrics only", async () => {
  const harness = new Harness({ traceIdOf: (event) => `trace of ${event.type}` });
  busy(harness);
  harness.record({ type: "synthesis_started", ...ref(), worker: 1 });
  harness.record({ type: "synthesis_first_chunk", ...ref(), worker: 1, afterMs: 7 });
  const { exemplars } = await harness.scrape(OPEN_METRICS);
  assertEquals(Object.fromEntries(exemplars), {
    'synthesis_latency_seconds_bucket{le="0.02"}': "trace of synthesis_ended",
    'synthesis_first_chunk_seconds_bucket{le="0.01"}': "trace of synthesis_first_chunk",
    'queue_wait_seconds_bucket{le="0.005"}': "trace of sentence_taken",
    'time_to_first_audio_seconds_bucket{le="0.15"}': "trace of first_audio",
    'barge_in_latency_seconds_bucket{le="0.0005"}': "trace of barge_in",
  });
  assertEquals((await harness.scrape()).exemplars.size, 0);
});

Deno.test("an exemplar tells its value, and the next one in its bucket replaces it", async () => {
  let traceId: string | undefined = "first";
  const harness = new Harness({ traceIdOf: () => traceId });
  const bargeIn = (latencyMs: number) =>
    harness.record({
      type: "barge_in",
      sessionId: "s1",
      latencyMs,
      discardedMs: 0,
      utterances: 0,
    });
  bargeIn(1.5);
  traceId = "second";
  bargeIn(1.75);
  traceId = undefined;
  bargeIn(2);
  bargeIn(1e6);
  traceId = "beyond";
  bargeIn(1e6);
  const { body } = await harness.metrics.scrape(OPEN_METRICS);
  assertStringIncludes(
    body,
    'barge_in_latency_seconds_bucket{le="0.002"} 3 # {trace_id="second"} 0.00175 ',
  );
  assertStringIncludes(
    body,
    'barge_in_latency_seconds_bucket{le="+Inf"} 5 # {trace_id="beyond"} 1000 ',
  );
});

Deno.test("a scrape tells of one moment, whatever happens while it is written", async () => {
  const harness = new Harness();
  harness.begin();
  const scrape = harness.metrics.scrape(null);
  for (let i = 0; i < 10; i++) harness.synthesise("failed");
  const { series } = parse((await scrape).body);
  assertEquals(series.get("synthesis_total"), 0);
  assertEquals(series.get("worker_tasks_total"), 0);
});
