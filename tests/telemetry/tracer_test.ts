import { assert, assertEquals, assertMatch } from "@std/assert";
import { currentContext } from "../../src/telemetry/context.ts";
import { createTracer, traceHeaders } from "../../src/telemetry/tracer.ts";
import { Watched } from "./watched_core.ts";

Deno.test("without a receiver of traces there is no tracer", () => {
  assertEquals(createTracer(), undefined);
  assertEquals(traceHeaders(), {});
});

Deno.test("a session is a tree of spans, each ended once with how it ended", async () => {
  const watched = new Watched({
    script: (_, call) =>
      call === 0 ? [{ waitMs: 30 }, { audioMs: 100 }] : [{ audioMs: 40 }, { fail: "hoarse" }],
  });
  const client = watched.core.connect();
  client.say("One. Two.", "a");
  await watched.core.clock.advanceAsync(5_000);
  client.send({ type: "close" });
  const [session] = watched.of("session");
  const [utterance] = watched.of("utterance");
  const [sentence, failed] = watched.of("sentence");
  const [synthesis, failure] = watched.of("synthesis");
  assertEquals(session!.parent, undefined);
  assertEquals(utterance!.parent, session!.spanContext());
  assertEquals(sentence!.parent, utterance!.spanContext());
  assertEquals(synthesis!.parent, sentence!.spanContext());
  assertEquals(failure!.parent, failed!.spanContext());
  assertEquals(session!.attributes, {
    "syrinx.session_id": "s1",
    "syrinx.dialect": "test",
    "syrinx.close": "finished",
    "syrinx.message_count": 2,
    "syrinx.barge_in_count": 0,
  });
  assertEquals(utterance!.attributes, {
    "syrinx.session_id": "s1",
    "syrinx.utterance_id": "a",
    "syrinx.outcome": "completed",
    "syrinx.characters": 9,
    "syrinx.audio_ms": 140,
  });
  assertEquals(utterance!.events, [["first_audio", { "syrinx.after_ms": 30 }]]);
  const place = { "syrinx.session_id": "s1", "syrinx.utterance_id": "a" };
  assertEquals(failed!.attributes, {
    ...place,
    "syrinx.sentence_index": 1,
    "syrinx.queue_wait_ms": 30,
    "syrinx.late_ms": 0,
    "syrinx.outcome": "failed",
  });
  assertEquals(failed!.status?.code, 2);
  assertEquals(synthesis!.attributes, {
    ...place,
    "syrinx.sentence_index": 0,
    "syrinx.worker": 0,
    "syrinx.outcome": "completed",
    "syrinx.audio_ms": 100,
  });
  assertEquals(synthesis!.events, [["first_chunk", { "syrinx.after_ms": 30 }]]);
  assertEquals(failure!.status, { code: 2, message: "hoarse" });
  assertEquals(watched.spans.length, 6);
  watched.assertOver();
  await watched.core.stop();
});

Deno.test("an error in a trace quotes no spoken text", async () => {
  const watched = new Watched({ script: ({ text }) => [{ fail: `cannot say ${text}` }] });
  const client = watched.core.connect();
  client.say("Persephone whispers.");
  await watched.core.clock.advanceAsync(1_000);
  client.session.leave("gone");
  assertEquals(watched.of("synthesis")[0]!.status, { code: 2, message: "cannot say …" });
  assertEquals(JSON.stringify(watched.spans).includes("Persephone"), false);
  await watched.core.stop();
});

const REMOTE = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const TRACEPARENT = `00-${REMOTE.traceId}-${REMOTE.spanId}-01`;

Deno.test("an utterance with a trace of its own is part of that, and linked to its session", async () => {
  const watched = new Watched();
  const client = watched.core.connect();
  client.send({ type: "text", text: "One.", final: true, traceparent: TRACEPARENT });
  const [session] = watched.of("session");
  const [utterance] = watched.of("utterance");
  assertEquals(utterance!.parent, { ...REMOTE, traceFlags: 1, isRemote: true });
  assertEquals(utterance!.links, [{ context: session!.spanContext() }]);
  await watched.core.clock.advanceAsync(1_000);
  assertEquals(watched.of("synthesis")[0]!.spanContext().traceId, REMOTE.traceId);
  client.session.leave("gone");
  watched.assertOver();
  await watched.core.stop();
});

Deno.test("an interrupted session leaves no span open, and no sentence has one that none took", async () => {
  const watched = new Watched({ script: () => [{ audioMs: 40 }, { stall: true }] });
  const client = watched.core.connect();
  client.say("One. Two. Three. Four. Five. Six. Seven.");
  client.say("Eight.");
  await watched.core.clock.advanceAsync(1_000);
  client.session.leave("gone");
  await watched.core.clock.advanceAsync(1_000);
  assertEquals(watched.of("sentence").map((span) => span.attributes["syrinx.outcome"]), [
    "interrupted",
  ]);
  assertEquals(watched.of("synthesis").map((span) => span.attributes["syrinx.outcome"]), [
    "cancelled",
  ]);
  assertEquals(watched.of("utterance").map((span) => span.attributes["syrinx.outcome"]), [
    "interrupted",
    "interrupted",
  ]);
  watched.assertOver();
  await watched.core.stop();
});

Deno.test("a barge-in is an event of its session", async () => {
  const watched = new Watched();
  const client = watched.core.connect();
  client.say("One.");
  client.send({ type: "barge_in" });
  assertEquals(watched.of("session")[0]!.events, [["barge_in", {
    "syrinx.latency_ms": 0,
    "syrinx.discarded_ms": 0,
    "syrinx.utterances": 1,
  }]]);
  client.session.leave("gone");
  await watched.core.stop();
});

Deno.test("a session that ends without a word on what was in it leaves no span open", () => {
  const watched = new Watched();
  const tell = watched.scopes.surround(() => {});
  const sentence = { sessionId: "s", utteranceId: "u", index: 0 };
  tell({ type: "session_started", sessionId: "s", dialect: "test" });
  tell({ type: "utterance_started", sessionId: "s", utteranceId: "u" });
  tell({ type: "sentence_queued", ...sentence, characters: 3 });
  tell({ type: "sentence_taken", tenantId: "", ...sentence, waitMs: 1, lateMs: 0 });
  tell({
    type: "session_ended",
    sessionId: "s",
    close: "gone",
    durationMs: 1,
    commands: 1,
    bargeIns: 0,
  });
  assertEquals(watched.spans.length, 3);
  watched.assertOver();
});

Deno.test("a trace that nobody keeps costs one span, and leaves no ids on log lines", async () => {
  const watched = new Watched({ keep: false });
  const client = watched.core.connect();
  client.say("One. Two.");
  await watched.core.clock.advanceAsync(1_000);
  watched.scopes.message("s1", () => assertEquals(currentContext()?.trace_id, undefined));
  client.session.leave("gone");
  assertEquals(watched.spans.map(({ name }) => name), ["session"]);
  await watched.core.stop();
});

Deno.test("log lines and metrics find the trace of each event", async () => {
  const seen: string[][] = [];
  const watched = new Watched({
    script: () => [{ audioMs: 20 }],
    tell: (event) =>
      watched.scopes.about(event, () => {
        const spanId = currentContext()?.span_id;
        const span = watched.spans.find((span) => span.spanContext().spanId === spanId);
        seen.push([event.type, span!.name, watched.scopes.traceIdOf(event)!]);
      }),
  });
  const client = watched.core.connect();
  client.say("One.");
  await watched.core.clock.advanceAsync(1_000);
  client.session.leave("gone");
  const trace = watched.of("session")[0]!.spanContext().traceId;
  const expected = [
    ["session_started", "session", trace],
    ["utterance_started", "utterance", trace],
    ["sentence_queued", "utterance", trace],
    ["sentence_taken", "sentence", trace],
    ["synthesis_started", "synthesis", trace],
    ["synthesis_first_chunk", "synthesis", trace],
    ["first_audio", "utterance", trace],
    ["audio_sent", "sentence", trace],
    ["synthesis_ended", "synthesis", trace],
    ["sentence_ended", "sentence", trace],
    ["utterance_ended", "utterance", trace],
    ["session_ended", "session", trace],
  ];
  assertEquals(seen, expected);
  await watched.core.stop();
});

Deno.test("a backend takes the trace on: the span that is active is the synthesis", async () => {
  const script = new URL("./trace_headers_script.ts", import.meta.url).pathname;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", script, TRACEPARENT],
    env: { OTEL_DENO: "true", OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" },
    stderr: "null",
  }).output();
  const { headers, context } = JSON.parse(new TextDecoder().decode(stdout));
  const { span_id, ...rest } = context;
  assertEquals(rest, { session_id: "s1", utterance_id: "a", trace_id: REMOTE.traceId });
  assertMatch(span_id, /^[0-9a-f]{16}$/);
  assert(span_id !== REMOTE.spanId);
  assertEquals(headers, { traceparent: `00-${REMOTE.traceId}-${span_id}-01` });
});
