import { assert, assertEquals } from "@std/assert";
import { Harness, ref } from "./harness.ts";

/** The names that older tools ask for. */
const ORIGIN = [
  "synthesis_total",
  "synthesis_errors",
  "synthesis_active",
  "synthesis_queue_depth",
  "synthesis_latency_p50_ms",
  "synthesis_latency_p95_ms",
  "synthesis_latency_p99_ms",
  "workers_active",
  "workers_idle",
  "worker_utilization_percent",
  "worker_tasks_total",
  "worker_errors",
  "sessions_active",
  "session_barge_in_p95_ms",
  "sla_violations",
];

Deno.test("before anything has happened counts are 0 and quantiles null", () => {
  const { clock, metrics } = new Harness();
  clock.advance(1_500);
  const summary = metrics.summary();
  assertEquals([summary.status, summary.uptime_seconds], ["ok", 1.5]);
  const values: Record<string, unknown> = { ...summary.metrics };
  for (const name of ORIGIN) assert(name in values, name);
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === "object" && value !== null) continue;
    const expected = /_p\d\d_ms$|_rate$/.test(name) ? null : name.startsWith("workers_") ? 2 : 0;
    assertEquals(value, name === "workers_active" ? 0 : expected, name);
  }
  assertEquals(summary.metrics.utterances, { completed: 0, interrupted: 0, failed: 0 });
  assertEquals(summary.metrics.sla_compliance_percent, {
    barge_in: null,
    first_audio: null,
    synthesis: null,
  });
});

Deno.test("the summary is what can be written as JSON, and agrees with the scrape", async () => {
  const harness = new Harness();
  harness.begin();
  harness.record(
    { type: "sentence_taken", tenantId: "", ...ref(), waitMs: 4, lateMs: 0 },
    { type: "first_audio", sessionId: "s1", utteranceId: "u1", afterMs: 80 },
    { type: "audio_sent", ...ref(), audioMs: 120, lateMs: 0, isFirst: true, isLast: true },
    { type: "underrun", sessionId: "s1", utteranceId: "u1", gapMs: 300, cause: "server" },
    { type: "barge_in", sessionId: "s1", latencyMs: 2, discardedMs: 90, utterances: 1 },
    {
      type: "utterance_ended",
      sessionId: "s1",
      utteranceId: "u1",
      outcome: "interrupted",
      characters: 33,
      audioMs: 120,
    },
  );
  for (let i = 0; i < 3; i++) harness.synthesise("completed", { durationMs: 400 });
  harness.synthesise("failed");
  const summary = harness.metrics.summary();
  assertEquals(JSON.parse(JSON.stringify(summary)), { ...summary });
  const { metrics } = summary;
  assertEquals(
    await harness.read(
      "synthesis_total",
      "synthesis_errors_total",
      "worker_tasks_total",
      'sla_violations_total{sla="synthesis"}',
      "barge_in_total",
      "characters_total",
      "audio_sent_seconds_total",
      'playout_underruns_total{cause="server"}',
      'playout_underruns_total{cause="text"}',
      'utterances_total{outcome="interrupted"}',
    ),
    [
      metrics.synthesis_total,
      metrics.synthesis_errors,
      metrics.worker_tasks_total,
      metrics.sla_violations,
      metrics.barge_ins,
      metrics.characters,
      metrics.audio_sent_seconds,
      metrics.underruns,
      metrics.underruns_text,
      metrics.utterances.interrupted,
    ],
  );
  assertEquals([metrics.synthesis_total, metrics.error_rate, metrics.sla_violations], [4, 0.25, 3]);
  const close = (told: number | null, expected: number) =>
    assert(told !== null && Math.abs(told - expected) <= expected / 100, `${told}`);
  close(metrics.synthesis_latency_p50_ms, 400);
  close(metrics.queue_wait_p99_ms, 4);
  close(metrics.first_audio_p95_ms, 80);
  close(metrics.barge_in_p50_ms, 2);
  assertEquals(metrics.session_barge_in_p95_ms, metrics.barge_in_p95_ms);
});

Deno.test("quantiles are of the last five minutes, counts of all time", () => {
  const harness = new Harness();
  harness.synthesise("completed", { durationMs: 2_000 });
  harness.clock.advance(200_000);
  harness.synthesise("completed", { durationMs: 100 });
  const p99 = () => Math.round(harness.metrics.summary().metrics.synthesis_latency_p99_ms ?? -1);
  assert(Math.abs(p99() - 2_000) <= 20);
  harness.clock.advance(100_000);
  assert(Math.abs(p99() - 100) <= 1);
  harness.clock.advance(300_000);
  assertEquals(p99(), -1);
  assertEquals(harness.metrics.summary().metrics.synthesis_total, 2);
});
