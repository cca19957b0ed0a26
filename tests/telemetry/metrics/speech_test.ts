import { assertEquals } from "@std/assert";
import { OpenSpeech } from "../../../src/telemetry/metrics/open_speech.ts";
import { Harness, ref } from "./harness.ts";

const utterance = { sessionId: "s1", utteranceId: "u1" };

Deno.test("an utterance's end counts once, and only if it had begun", async () => {
  const harness = new Harness();
  const end = (utteranceId: string) =>
    harness.record({
      type: "utterance_ended",
      sessionId: "s1",
      utteranceId,
      outcome: "completed",
      characters: 12,
      audioMs: 900,
    });
  end("u1");
  harness.begin();
  end("u2");
  assertEquals(await harness.read('utterances_total{outcome="completed"}'), [0]);
  end("u1");
  end("u1");
  assertEquals(
    await harness.read(
      'utterances_total{outcome="completed"}',
      'utterances_total{outcome="failed"}',
      "characters_total",
    ),
    [1, 0, 12],
  );
});

Deno.test("the first audio of an utterance is the first, whatever is told later", async () => {
  const harness = new Harness();
  harness.record({ type: "first_audio", ...utterance, afterMs: 100 });
  harness.begin();
  harness.record({ type: "first_audio", ...utterance, afterMs: 200 });
  harness.record({ type: "first_audio", ...utterance, afterMs: 300 });
  assertEquals(
    await harness.read("time_to_first_audio_seconds_count", "time_to_first_audio_seconds_sum"),
    [1, 0.2],
  );
});

Deno.test("a sentence is queued, taken and ended once", async () => {
  const harness = new Harness();
  const take = () =>
    harness.record({ type: "sentence_taken", tenantId: "", ...ref(), waitMs: 30, lateMs: 0 });
  const end = () =>
    harness.record({ type: "sentence_ended", ...ref(), outcome: "failed", audioMs: 0 });
  const counts = () =>
    harness.read("queue_wait_seconds_count", 'sentences_total{outcome="failed"}');
  take();
  end();
  assertEquals(await counts(), [0, 0]);
  harness.begin();
  take();
  take();
  end();
  end();
  take();
  assertEquals(await counts(), [1, 1]);
});

Deno.test("a sentence taken after its listener ran dry has missed its deadline", async () => {
  const harness = new Harness();
  harness.begin();
  for (const [index, lateMs] of [0, 10, 10.1, 800].entries()) {
    harness.record(
      { type: "sentence_queued", ...ref({ index }), characters: 5 },
      { type: "sentence_taken", tenantId: "", ...ref({ index }), waitMs: 5, lateMs },
    );
  }
  assertEquals(await harness.read("scheduler_wait_deadline_missed_total"), [2]);
});

Deno.test("audio, its lateness and its gaps add up", async () => {
  const harness = new Harness();
  const audio = (audioMs: number, lateMs: number) =>
    harness.record({
      type: "audio_sent",
      ...ref(),
      audioMs,
      lateMs,
      isFirst: false,
      isLast: false,
    });
  audio(20, 0);
  audio(100, 4);
  audio(80, 30);
  harness.record(
    { type: "underrun", ...utterance, gapMs: 250, cause: "server" },
    { type: "underrun", ...utterance, gapMs: 4_000, cause: "text" },
    { type: "underrun", ...utterance, gapMs: 1_000, cause: "text" },
  );
  assertEquals(
    await harness.read(
      "audio_sent_seconds_total",
      "playout_lateness_seconds_count",
      'playout_lateness_seconds_bucket{le="0.005"}',
      'playout_underruns_total{cause="server"}',
      'playout_underruns_total{cause="text"}',
      'playout_gap_seconds_sum{cause="server"}',
      'playout_gap_seconds_sum{cause="text"}',
    ),
    [0.2, 3, 2, 1, 2, 0.25, 5],
  );
});

Deno.test("a barge-in is counted with its latency and what it threw away", async () => {
  const harness = new Harness();
  harness.record(
    { type: "barge_in", sessionId: "s1", latencyMs: 0.4, discardedMs: 280, utterances: 1 },
    { type: "barge_in", sessionId: "s1", latencyMs: 0.6, discardedMs: 0, utterances: 0 },
  );
  assertEquals(
    await harness.read(
      "barge_in_total",
      'barge_in_latency_seconds_bucket{le="0.0005"}',
      'barge_in_latency_seconds_bucket{le="0.001"}',
      "barge_in_latency_seconds_sum",
      'barge_in_discarded_audio_seconds_bucket{le="0"}',
      "barge_in_discarded_audio_seconds_sum",
    ),
    [2, 1, 2, 0.001, 1, 0.28],
  );
});

Deno.test("numbers that are none are left out", async () => {
  const harness = new Harness();
  for (const bad of [NaN, -1, Infinity, -Infinity]) {
    harness.record(
      { type: "audio_sent", ...ref(), audioMs: bad, lateMs: bad, isFirst: false, isLast: false },
      { type: "underrun", ...utterance, gapMs: bad, cause: "text" },
      { type: "barge_in", sessionId: "s1", latencyMs: bad, discardedMs: bad, utterances: 1 },
    );
  }
  assertEquals(
    await harness.read(
      "audio_sent_seconds_total",
      "playout_lateness_seconds_count",
      'playout_gap_seconds_count{cause="text"}',
      "barge_in_latency_seconds_sum",
      "barge_in_latency_seconds_count",
    ),
    [0, 0, 0, 0, 0],
  );
  assertEquals(harness.metrics.summary().metrics.barge_in_p95_ms, null);
});

Deno.test("nothing of an ended session is remembered", () => {
  const open = new OpenSpeech();
  for (const sessionId of ["s1", "s2"]) {
    open.startSession(sessionId, "native");
    for (const utteranceId of ["u1", "u2"]) {
      open.startUtterance(sessionId, utteranceId);
      for (const index of [0, 1, 2]) open.queueSentence({ sessionId, utteranceId, index });
    }
  }
  assertEquals(open.size, 18);
  assertEquals(open.endSession("s1"), "native");
  assertEquals(open.size, 9);
  open.startUtterance("s1", "u3");
  open.queueSentence(ref());
  assertEquals(open.takeSentence(ref()), false);
  assertEquals(open.endSession("s1"), undefined);
  assertEquals(open.size, 9);
  assertEquals(open.endSentence({ sessionId: "s2", utteranceId: "u1", index: 1 }), true);
  assertEquals(open.endUtterance("s2", "u1"), true);
  assertEquals(open.endUtterance("s2", "u2"), true);
  assertEquals(open.size, 1);
});
