import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../../src/backends/scripted.ts";
import { Core, type CoreOptions } from "../../helpers/core.ts";
import { Harness } from "./harness.ts";

/** A core that tells its facts to metrics as they happen, on the same clock. */
class MeasuredCore extends Core {
  readonly harness: Harness;

  constructor(options: CoreOptions) {
    super(options);
    const { workers = 2 } = options;
    this.harness = new Harness({
      workers,
      live: () => ({
        queued: this.scheduler.depth,
        workers: this.pool.size,
        busyWorkers: this.pool.busy,
        sessions: 0,
        connections: 0,
        sendBufferBytes: 0,
        unpacedWaiting: 0,
        isReady: true,
      }),
    }, this.clock);
    const push = this.facts.push.bind(this.facts);
    this.facts.push = (...facts) => {
      this.harness.record(...facts);
      return push(...facts);
    };
  }
}

Deno.test("the counts are what the clients were told, and what the backend did", async () => {
  const core = new MeasuredCore({
    workers: 2,
    script: (request, call) =>
      call % 7 === 3
        ? [{ audioMs: 40 }, { fail: "out of breath" }]
        : steadyScript({ firstAudioMs: 60, chunks: 3, chunkMs: 30, audioMs: 200 })(request, call),
  });
  const clients = [core.connect(), core.connect({ lead: "unpaced" }), core.connect({ lead: 0 })];
  const text = "One of them. Two of them. Three of them. Four of them.\n\n---\n\nFive of them.";
  for (const [index, client] of clients.entries()) {
    client.say(text, "a");
    client.say("And another one.", "b");
    await core.clock.advanceAsync(300 * index);
  }
  clients[0]!.send({ type: "barge_in" });
  await core.clock.advanceAsync(5_000);
  clients[2]!.say("Where were we? Ah yes.");
  await core.clock.advanceAsync(80);
  clients[2]!.send({ type: "barge_in" });
  clients[2]!.say("Never mind.");
  await core.clock.advanceAsync(30_000);
  clients[1]!.session.leave("gone");
  clients[2]!.send({ type: "close" });
  await core.clock.advanceAsync(1_000);
  await core.stop();

  const ended = clients.flatMap((client) => client.of("utterance_ended"));
  const outcomes = (outcome: string) => ended.filter((each) => each.outcome === outcome).length;
  const told = clients.flatMap((client) => client.of("sentence_ended"));
  const statuses = (status: string) => told.filter((each) => each.status === status).length;
  const { counts } = core.backend;
  assert(counts.failed > 0 && counts.cancelled > 0 && outcomes("interrupted") > 0);

  const { series } = await core.harness.scrape();
  const get = (name: string) => series.get(name);
  assertEquals(get("synthesis_total"), counts.finished + counts.failed);
  assertEquals(get("synthesis_errors_total"), counts.failed);
  assertEquals(get("synthesis_cancelled_total"), counts.cancelled);
  assertEquals(get("worker_tasks_total"), counts.started);
  assertEquals(get("synthesis_latency_seconds_count"), counts.finished);
  assertEquals(get("queue_wait_seconds_count"), core.factsOf("sentence_taken").length);
  for (const outcome of ["completed", "interrupted", "failed"]) {
    assertEquals(get(`utterances_total{outcome="${outcome}"}`), outcomes(outcome), outcome);
  }
  // What is not spoken because there is nothing to speak is told to clients as completed.
  assertEquals(
    get('sentences_total{outcome="completed"}')! + get('sentences_total{outcome="unspeakable"}')!,
    statuses("completed"),
  );
  assertEquals(get('sentences_total{outcome="failed"}'), statuses("failed"));
  assert(get('sentences_total{outcome="unspeakable"}')! > 0);
  assertEquals(get("barge_in_total"), 2);
  assertEquals(get("characters_total"), ended.reduce((sum, { characters }) => sum + characters, 0));
  const audioMs = clients.reduce((sum, client) => sum + client.audioMs, 0);
  assert(Math.abs(get("audio_sent_seconds_total")! - audioMs / 1000) < 1e-9);
  assertEquals(
    get("time_to_first_audio_seconds_count"),
    ended.filter(({ timeToFirstAudioMs }) => timeToFirstAudioMs !== null).length,
  );
  assertEquals(get('sessions_total{dialect="test",close="gone"}'), 1);
  assertEquals(get('sessions_total{dialect="test",close="finished"}'), 1);
  assertEquals(get("synthesis_active"), 0);
  assertEquals(get("synthesis_queue_depth"), 0);
});

Deno.test("latencies and utilisation are those of the script", async () => {
  const core = new MeasuredCore({
    workers: 1,
    script: steadyScript({ firstAudioMs: 100, chunks: 2, chunkMs: 150, audioMs: 500 }),
  });
  const client = core.connect({ lead: "unpaced" });
  client.say("One. Two. Three. Four. Five. Six. Seven. Eight. Nine. Ten.");
  await core.clock.advanceAsync(5_000);
  const { metrics } = core.harness.metrics.summary();
  // Ten sentences of 250 ms each, one after the other, half of the time.
  assertEquals(metrics.synthesis_total, 10);
  assertEquals(metrics.worker_utilization_percent, 50);
  const close = (told: number | null, expected: number) =>
    assert(told !== null && Math.abs(told - expected) <= expected / 100, `${told}`);
  close(metrics.synthesis_latency_p50_ms, 250);
  close(metrics.synthesis_latency_p99_ms, 250);
  close(metrics.first_audio_p50_ms, 100);
  const sums = await core.harness.read(
    'worker_busy_seconds_total{worker="0"}',
    "synthesis_first_chunk_seconds_sum",
    "synthesis_real_time_factor_sum",
    "time_to_first_audio_seconds_sum",
  );
  assertEquals(sums.map((sum) => Math.round(sum! * 1e9) / 1e9), [2.5, 1, 2.5, 0.1]);
  await core.stop();
});

Deno.test("a session's waterfall tells when each step of a sentence happened", async () => {
  const core = new MeasuredCore({
    workers: 1,
    script: steadyScript({ firstAudioMs: 100, chunks: 2, chunkMs: 50, audioMs: 400 }),
  });
  core.clock.advance(777);
  const client = core.connect({ lead: "unpaced" });
  core.clock.advance(40);
  client.say("First one. Second.", "a");
  await core.clock.advanceAsync(1_000);
  client.session.end("finished");
  const waterfall = core.harness.metrics.waterfall("s1");
  assertEquals(waterfall, {
    status: "ok",
    session: "s1",
    dialect: "test",
    ended_ms: 1_040,
    close: "finished",
    dropped_sentences: 0,
    utterances: [{
      id: "a",
      started_ms: 40,
      first_audio_ms: 140,
      ended_ms: 340,
      outcome: "completed",
      sentences: [
        {
          index: 0,
          characters: 10,
          queued_ms: 40,
          taken_ms: 40,
          worker: 0,
          first_chunk_ms: 140,
          synthesised_ms: 190,
          first_frame_ms: 140,
          last_frame_ms: 190,
          audio_ms: 800,
          outcome: "completed",
        },
        {
          index: 1,
          characters: 7,
          queued_ms: 40,
          taken_ms: 190,
          worker: 0,
          first_chunk_ms: 290,
          synthesised_ms: 340,
          first_frame_ms: 290,
          last_frame_ms: 340,
          audio_ms: 800,
          outcome: "completed",
        },
      ],
    }],
  });
  await core.stop();
});
