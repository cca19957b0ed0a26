import { assertEquals } from "@std/assert";
import type { SessionClose } from "../../../src/speech/events.ts";
import { Harness } from "./harness.ts";

function start(harness: Harness, sessionId: string, dialect = "native"): void {
  harness.record({ type: "session_started", sessionId, dialect });
}

function end(harness: Harness, sessionId: string, close: SessionClose = "finished"): void {
  harness.record({
    type: "session_ended",
    sessionId,
    close,
    durationMs: 5_400_000,
    commands: 40,
    bargeIns: 3,
  });
}

Deno.test("a session's end counts once, by its dialect and reason", async () => {
  const harness = new Harness();
  end(harness, "s1");
  start(harness, "s1");
  start(harness, "s1", "other");
  start(harness, "s2");
  start(harness, "s3", "deepgram");
  end(harness, "s1");
  end(harness, "s1");
  end(harness, "s2", "gone");
  end(harness, "s3", "idle_timeout");
  const { series } = await harness.scrape();
  const sessions = [...series].filter(([name]) => name.startsWith("sessions_total"));
  assertEquals(sessions, [
    ['sessions_total{dialect="native",close="finished"}', 1],
    ['sessions_total{dialect="native",close="gone"}', 1],
    ['sessions_total{dialect="deepgram",close="idle_timeout"}', 1],
  ]);
});

Deno.test("a session's length is in seconds up to hours, its messages are counts", async () => {
  const harness = new Harness();
  start(harness, "s1");
  end(harness, "s1");
  assertEquals(
    await harness.read(
      'session_duration_seconds_bucket{le="3600"}',
      'session_duration_seconds_bucket{le="7200"}',
      "session_duration_seconds_sum",
      'session_messages_bucket{le="20"}',
      'session_messages_bucket{le="50"}',
      'session_barge_ins_bucket{le="2"}',
      'session_barge_ins_bucket{le="3"}',
    ),
    [0, 1, 5_400, 0, 1, 0, 1],
  );
});

Deno.test("one bad message is one message and one error", async () => {
  const harness = new Harness();
  const sessionId = "s1";
  harness.record(
    { type: "message_received", sessionId, message: "text" },
    // What a connection tells of a message that it cannot use.
    { type: "message_received", sessionId, message: "bad_json" },
    { type: "refused", sessionId, code: "bad_json" },
    // And a session of a command that it cannot carry out.
    { type: "message_received", sessionId, message: "flush" },
    { type: "refused", sessionId, code: "unknown_utterance" },
    { type: "message_sent", sessionId, message: "error" },
    { type: "message_sent", sessionId, message: "error" },
    { type: "message_sent", sessionId, message: "session_started" },
  );
  const { series } = await harness.scrape();
  const counted = [...series].filter(([name]) => /^(messages|protocol_errors)_total/.test(name));
  assertEquals(Object.fromEntries(counted), {
    'messages_total{direction="in",type="text"}': 1,
    'messages_total{direction="in",type="invalid"}': 1,
    'messages_total{direction="in",type="flush"}': 1,
    'messages_total{direction="out",type="error"}': 2,
    'messages_total{direction="out",type="session_started"}': 1,
    'protocol_errors_total{code="bad_json"}': 1,
    'protocol_errors_total{code="unknown_utterance"}': 1,
  });
});

Deno.test("sessions that were not opened are counted by the reason", async () => {
  const harness = new Harness();
  for (const reason of ["full", "full", "draining"] as const) {
    harness.record({ type: "session_refused", reason });
  }
  const reasons = ["unauthorized", "bad_request", "full", "draining"];
  assertEquals(
    await harness.read(...reasons.map((reason) => `sessions_refused_total{reason="${reason}"}`)),
    [0, 0, 2, 1],
  );
});
