import { assert, assertEquals } from "@std/assert";
import { Harness, ref } from "./harness.ts";

Deno.test("the total has the completed and the failed, the cancelled are apart", async () => {
  const harness = new Harness();
  for (let i = 0; i < 6; i++) harness.synthesise("completed");
  for (let i = 0; i < 2; i++) harness.synthesise("failed");
  for (let i = 0; i < 5; i++) harness.synthesise("cancelled");
  assertEquals(
    await harness.read(
      "synthesis_total",
      "synthesis_errors_total",
      "synthesis_cancelled_total",
      "worker_tasks_total",
      "worker_errors_total",
      "synthesis_latency_seconds_count",
      "synthesis_real_time_factor_count",
    ),
    [8, 2, 5, 13, 2, 6, 6],
  );
  assertEquals(harness.metrics.summary().metrics.error_rate, 0.25);
});

Deno.test("an unknown or repeated end of a synthesis changes nothing", async () => {
  const harness = new Harness();
  harness.begin();
  const end = (worker: number, sentence = ref()) =>
    harness.record({
      type: "synthesis_ended",
      ...sentence,
      worker,
      outcome: "failed",
      durationMs: 5,
      audioMs: 0,
    });
  end(0);
  harness.record({ type: "synthesis_started", ...ref(), worker: 0 });
  end(1);
  end(0, ref({ index: 1 }));
  end(0, ref({ utteranceId: "u2" }));
  end(0, ref({ sessionId: "s2" }));
  assertEquals(await harness.read("worker_tasks_total", "synthesis_total"), [0, 0]);
  end(0);
  end(0);
  assertEquals(
    await harness.read("worker_tasks_total", "synthesis_total", "synthesis_errors_total"),
    [1, 1, 1],
  );
});

Deno.test("workers that do not exist make no series", async () => {
  const harness = new Harness({ workers: 1 });
  harness.synthesise("completed", { worker: 7 });
  harness.synthesise("completed", { worker: -1 });
  const { series } = await harness.scrape();
  const busy = [...series.keys()].filter((name) => name.startsWith("worker_busy"));
  assertEquals(busy, ['worker_busy_seconds_total{worker="0"}']);
  assertEquals(series.get("synthesis_total"), 0);
});

Deno.test("latency, first chunk and real-time factor are observed in their units", async () => {
  const harness = new Harness();
  harness.record(
    { type: "synthesis_started", ...ref(), worker: 1 },
    { type: "synthesis_first_chunk", ...ref(), worker: 0, afterMs: 1 },
    { type: "synthesis_first_chunk", ...ref(), worker: 1, afterMs: 40 },
    { type: "synthesis_first_chunk", ...ref(), worker: 1, afterMs: 90 },
  );
  harness.record({
    type: "synthesis_ended",
    ...ref(),
    worker: 1,
    outcome: "completed",
    durationMs: 250,
    audioMs: 2_000,
  });
  assertEquals(
    await harness.read(
      "synthesis_first_chunk_seconds_sum",
      "synthesis_first_chunk_seconds_count",
      "synthesis_latency_seconds_sum",
      'synthesis_latency_seconds_bucket{le="0.2"}',
      'synthesis_latency_seconds_bucket{le="0.3"}',
      "synthesis_real_time_factor_sum",
    ),
    [0.04, 1, 0.25, 0, 1, 0.125],
  );
});

Deno.test("a completed synthesis without audio has no real-time factor", async () => {
  const harness = new Harness();
  harness.synthesise("completed", { audioMs: 0 });
  assertEquals(
    await harness.read("synthesis_real_time_factor_count", "synthesis_latency_seconds_count"),
    [0, 1],
  );
});

Deno.test("a value beyond the last bucket is counted, and stays finite", async () => {
  const harness = new Harness();
  harness.synthesise("completed", { durationMs: 1e7, audioMs: 1 });
  const { series } = await harness.scrape();
  assertEquals(series.get('synthesis_latency_seconds_bucket{le="1800"}'), 0);
  assertEquals(series.get('synthesis_latency_seconds_bucket{le="+Inf"}'), 1);
  assertEquals(series.get("synthesis_latency_seconds_sum"), 1e4);
  const told = harness.metrics.summary().metrics.synthesis_latency_p99_ms!;
  assert(Math.abs(told - 1e7) <= 1e5, `${told}`);
});

Deno.test("busy time includes the synthesis under way, and is never taken back", async () => {
  const harness = new Harness();
  harness.record({ type: "synthesis_started", ...ref(), worker: 1 });
  harness.clock.advance(1_500);
  const busy = [0, 1].map((worker) => `worker_busy_seconds_total{worker="${worker}"}`);
  assertEquals(await harness.read(...busy), [0, 1.5]);
  harness.clock.advance(500);
  assertEquals(await harness.read(...busy), [0, 2]);
  harness.record({
    type: "synthesis_ended",
    ...ref(),
    worker: 1,
    outcome: "cancelled",
    durationMs: 2_000,
    audioMs: 0,
  });
  harness.clock.advance(500);
  assertEquals(await harness.read(...busy), [0, 2]);
});

Deno.test("utilisation is busy time over time: 100 when all workers always work", async () => {
  const harness = new Harness({ workers: 2 });
  const utilisation = async () => (await harness.read("worker_utilization_percent"))[0];
  assertEquals(await utilisation(), 0);
  for (const worker of [0, 1]) harness.record({ type: "synthesis_started", ...ref(), worker });
  for (const ms of [10, 700, 20_000, 3_600_000]) {
    harness.clock.advance(ms);
    assertEquals(await utilisation(), 100);
  }
  harness.record({
    type: "synthesis_ended",
    ...ref(),
    worker: 0,
    outcome: "completed",
    durationMs: 1,
    audioMs: 1,
  });
  harness.clock.advance(7_500);
  assertEquals(await utilisation(), 75);
  assertEquals(harness.metrics.summary().metrics.worker_utilization_percent, 75);
  harness.clock.advance(7_600);
  assertEquals(await utilisation(), 50);
  harness.clock.advance(100_000);
  assertEquals(await utilisation(), 50);
});

Deno.test("many short tasks that leave the workers idle are no high utilisation", async () => {
  const harness = new Harness({ workers: 1 });
  for (let i = 0; i < 150; i++) {
    harness.synthesise("completed", { durationMs: 10 });
    harness.clock.advance(90);
  }
  const [utilisation] = await harness.read("worker_utilization_percent");
  assert(Math.abs(utilisation! - 10) < 1e-6, `${utilisation}`);
});

Deno.test("a worker that dies fails what it was in, once", async () => {
  const harness = new Harness();
  const die = () => harness.record({ type: "worker_restarted", worker: 0, error: "a bug" });
  const counts = () =>
    harness.read(
      "worker_restarts_total",
      "worker_errors_total",
      "worker_tasks_total",
      "synthesis_total",
      "synthesis_errors_total",
    );
  harness.record({ type: "synthesis_started", ...ref(), worker: 0 });
  die();
  assertEquals(await counts(), [1, 1, 1, 1, 1]);
  harness.record({
    type: "synthesis_ended",
    ...ref(),
    worker: 0,
    outcome: "failed",
    durationMs: 1,
    audioMs: 0,
  });
  assertEquals(await counts(), [1, 1, 1, 1, 1]);
  die();
  assertEquals(await counts(), [2, 2, 1, 1, 1]);
});
