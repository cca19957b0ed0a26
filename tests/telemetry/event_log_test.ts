import { assert, assertEquals, assertMatch } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import type { SpeechEvent } from "../../src/speech/events.ts";
import { createEventLog } from "../../src/telemetry/event_log.ts";
import { type LoggingOptions, startLogging } from "../../src/telemetry/logger.ts";
import { Scopes } from "../../src/telemetry/scopes.ts";
import { TestServer, until } from "../helpers/server.ts";

/** A line of the log as JSON. */
// deno-lint-ignore no-explicit-any
type Line = Record<string, any>;

/** The process's log lines from now on. */
class LogCapture {
  readonly lines: string[] = [];

  constructor(options: Partial<LoggingOptions> = {}) {
    startLogging({
      level: { all: "debug", parts: {} },
      format: "json",
      write: (line) => this.lines.push(line),
      ...options,
    });
  }

  /** Lines with that message. */
  of(message: string): Line[] {
    return this.lines.map((line) => JSON.parse(line)).filter((line) => line.message === message);
  }

  async next(message: string): Promise<Line> {
    await until(() => this.of(message).length > 0, message);
    return this.of(message)[0]!;
  }
}

/** What makes a request one for a session. */
const upgrade = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

Deno.test("a session's beginning and end are told, with what there was in between", async () => {
  const log = new LogCapture({ level: { all: "info", parts: {} } });
  await using server = new TestServer({ script: steadyScript({ audioMs: 5_000 }) });
  const client = await server.connect();
  const id = client.of("session_started")[0]!.session_id;
  client.send({ type: "text", text: "Hello there.", final: true });
  await client.next("audio");
  client.send({ type: "barge_in" });
  client.send({ type: "close" });
  await client.closed;
  const { duration_s, timestamp: _, ...ended } = await log.next("Session ended");
  assert(duration_s > 0 && duration_s < 60);
  // The end came of the third message, so that is the request it belongs to.
  const { request_id, ...rest } = ended;
  assertMatch(request_id, /-2$/);
  assertEquals(rest, {
    level: "info",
    category: "session",
    message: "Session ended",
    session_id: id,
    close: "finished",
    message_count: 3,
    barge_in_count: 1,
  });
  const [started] = log.of("Session started");
  assertEquals([started!.session_id, started!.dialect], [id, "native"]);
  assertEquals(log.lines.filter((line) => line.includes('"session"')).length, 2);
});

Deno.test("a session that ends when all is said ends at no message's behest", async () => {
  const log = new LogCapture();
  await using server = new TestServer({ script: steadyScript({ audioMs: 200 }) });
  const client = await server.connect("?lead_ms=0");
  client.send({ type: "text", text: "Hello.", utterance_id: "a", final: true });
  client.send({ type: "close" });
  await client.closed;
  const [ended] = log.of("Session ended");
  assertEquals(ended!.session_id, client.of("session_started")[0]!.session_id);
  assertEquals(ended!.request_id, undefined);
});

Deno.test("what a worker does is told with the message that completed the sentence", async () => {
  const log = new LogCapture();
  await using server = new TestServer({
    script: (_, call) => call === 0 ? [{ audioMs: 20 }] : [{ audioMs: 20 }, { fail: "hoarse" }],
  });
  const [one, other] = [await server.connect("?lead_ms=unpaced"), await server.connect()];
  one.send({ type: "text", text: "First", utterance_id: "a" });
  one.send({ type: "flush", utterance_id: "a" });
  await log.next("Synthesis ended");
  other.send({ type: "ping" });
  one.send({ type: "text", text: "Second", utterance_id: "a", final: true });
  await one.next("utterance_ended");
  const session = one.of("session_started")[0]!.session_id;
  const messages = log.of("Processing message").filter((line) => line.session_id === session);
  assertEquals(messages.map(({ type, text_length }) => [type, text_length]), [
    ["text", 5],
    ["flush", undefined],
    ["text", 6],
  ]);
  const requests = messages.map((line) => line.request_id);
  assertEquals(new Set(requests).size, 3);
  const ids = ({ session_id, utterance_id, request_id }: Line) => ({
    session_id,
    utterance_id,
    request_id,
  });
  const idsOf = (request_id: string) => ({ session_id: session, utterance_id: "a", request_id });
  const [spoken, failed, ended] = [
    await log.next("Synthesis ended"),
    await log.next("Synthesis failed"),
    await log.next("Utterance ended"),
  ];
  assertEquals(ids(spoken), idsOf(requests[1]));
  assertEquals(ids(failed), idsOf(requests[2]));
  assertEquals(ids(ended), idsOf(requests[0]));
  assertEquals([spoken.sentence, spoken.outcome, spoken.audio_ms], [0, "completed", 20]);
  assertEquals([failed.level, failed.sentence, failed.error], ["warning", 1, "hoarse"]);
  assert(Number.isInteger(failed.worker));
});

Deno.test("a session that is refused is told, with the reason and without the key", async () => {
  const log = new LogCapture();
  const key = "key-0123456789-abcdef";
  await using server = new TestServer({ config: { apiKeys: [key], maxSessions: 1 } });
  await (await server.get("/v1/session?token=wrong-0123456789-key", upgrade)).body?.cancel();
  await (await server.get(`/v1/session?token=${key}&voice=nobody`, upgrade)).body?.cancel();
  assertEquals(log.of("Session refused").map(({ level, reason }) => [level, reason]), [
    ["info", "unauthorized"],
    ["info", "bad_request"],
  ]);
  assert(!log.lines.some((line) => line.includes(key) || line.includes("wrong-")));
});

Deno.test("a barge-in that breaks its promise is a warning", () => {
  const log = new LogCapture();
  const scopes = new Scopes();
  const tell = scopes.surround(createEventLog({ scopes, bargeInSlaMs: 50 }));
  const bargeIn: SpeechEvent = {
    type: "barge_in",
    sessionId: "s",
    latencyMs: 50,
    discardedMs: 0,
    utterances: 1,
  };
  tell(bargeIn);
  assertEquals(log.lines, []);
  tell({ ...bargeIn, latencyMs: 50.5 });
  const [line] = log.of("Barge-in took longer than promised");
  assertEquals(
    [line!.level, line!.session_id, line!.latency_ms, line!.sla_ms],
    ["warning", "s", 50.5, 50],
  );
});

Deno.test("a worker's restart is told with the sentence that it came of", () => {
  const log = new LogCapture({ level: { all: "info", parts: {} } });
  const scopes = new Scopes();
  const tell = scopes.surround(createEventLog({ scopes, bargeInSlaMs: 50 }));
  const sentence = { sessionId: "s", utteranceId: "u", index: 0 };
  tell({ type: "session_started", sessionId: "s", dialect: "test" });
  tell({ type: "utterance_started", sessionId: "s", utteranceId: "u" });
  tell({ type: "sentence_queued", ...sentence, characters: 3 });
  tell({ type: "synthesis_started", ...sentence, worker: 3 });
  tell({ type: "worker_restarted", worker: 3, error: "a bug" });
  tell({ type: "worker_restarted", worker: 4, error: "another" });
  const lines = log.of("Worker restarted");
  assertEquals(
    lines.map(({ level, worker, error, session_id, utterance_id }) => [
      level,
      worker,
      error,
      session_id,
      utterance_id,
    ]),
    [["error", 3, "a bug", "s", "u"], ["error", 4, "another", undefined, undefined]],
  );
});

Deno.test("an underrun is told when it is the server's fault", () => {
  const log = new LogCapture();
  const scopes = new Scopes();
  const tell = scopes.surround(createEventLog({ scopes, bargeInSlaMs: 50 }));
  const underrun = { type: "underrun", sessionId: "s", utteranceId: "u", gapMs: 12 } as const;
  tell({ ...underrun, cause: "text" });
  tell({ ...underrun, cause: "server" });
  assertEquals(
    log.of("Listener without audio").map(({ level, gap_ms }) => [level, gap_ms]),
    [["debug", 12]],
  );
});

Deno.test("a fault of the server's own is told with the session and the request it came of", async () => {
  const log = new LogCapture();
  await using server = new TestServer({
    onFact(event) {
      if (event.type === "message_received" && event.message === "ping") throw new Error("a bug");
    },
  });
  const client = await server.connect();
  client.send({ type: "ping" });
  await client.closed;
  const [message] = log.of("Processing message");
  const [fault] = log.of("Internal error");
  assertEquals([fault!.level, fault!.session_id, fault!.request_id], [
    "error",
    client.of("session_started")[0]!.session_id,
    message!.request_id,
  ]);
  assertMatch(fault!.error, /^Error: a bug\n/);
});

const KEY = "sentinel-key-0123456789";
const TEXT = "Persephone whispers";

/** A conversation in which everything goes wrong that can, with the sentinels wherever they fit. */
async function converse(log: LogCapture): Promise<void> {
  await using server = new TestServer({
    config: { apiKeys: [KEY], maxTextCharacters: 200 },
    script: ({ text }, call) => {
      const fail = `cannot say "${text}": no rule for whispers`;
      return call % 2 === 0 ? [{ audioMs: 40 }] : [{ audioMs: 40 }, { fail }];
    },
  });
  await (await server.get(`/v1/session?token=x${KEY}`, upgrade)).body?.cancel();
  await (await server.get("/v1/session", { ...upgrade, authorization: `Bearer x${KEY}` })).body
    ?.cancel();
  const client = await server.connect(`?token=${KEY}&lead_ms=unpaced`);
  client.send({ type: "text", text: `${TEXT}. ${TEXT}. ${TEXT}!`, final: true });
  await client.next("utterance_ended");
  client.send(`{"type":"text","text":"${TEXT}`);
  client.send({ type: "text", text: [TEXT] });
  client.send({ type: "text", text: TEXT, traceparent: TEXT });
  client.send({ type: TEXT });
  client.send({ type: "text", text: TEXT.repeat(50) });
  client.send({ type: "text", text: TEXT, utterance_id: TEXT });
  client.send({ type: "configure", voice: TEXT });
  client.send(new TextEncoder().encode(TEXT));
  client.send({ type: "text", text: `${TEXT} on`, final: true });
  await client.next("audio");
  client.send({ type: "barge_in" });
  client.send({ type: "close" });
  await client.closed;
  await log.next("Session ended");
}

Deno.test("neither spoken text nor keys are in the log, whatever goes wrong", async () => {
  const log = new LogCapture();
  await converse(log);
  assertEquals(log.of("Session refused").length, 2);
  assertEquals(log.of("Request refused").length, 8);
  const failures = log.of("Synthesis failed");
  assert(failures.length > 0);
  for (const { error } of failures) assertMatch(error, /^cannot say "….?": no rule for …$/);
  const all = log.lines.join("\n");
  assertEquals(/persephone|whispers/i.exec(all)?.[0], undefined);
  assertEquals(all.includes(KEY), false);
});

Deno.test("spoken text is in the log when it is asked for, and keys still are not", async () => {
  const log = new LogCapture({ text: true });
  await converse(log);
  const [message] = log.of("Processing message");
  assertEquals(message!.text, `${TEXT}. ${TEXT}. ${TEXT}!`);
  const [failure] = log.of("Synthesis failed");
  assert(failure!.text.startsWith(TEXT));
  assert(failure!.error.includes(TEXT));
  assertEquals(log.lines.join("\n").includes(KEY), false);
});

Deno.test("nothing is logged per frame", async () => {
  const counts: number[] = [];
  for (const audioMs of [20, 2_000]) {
    const log = new LogCapture();
    await using server = new TestServer({ script: steadyScript({ audioMs }) });
    const client = await server.connect("?lead_ms=unpaced");
    client.send({ type: "text", text: "Hello.", final: true });
    await client.next("utterance_ended");
    client.send({ type: "close" });
    await client.closed;
    await log.next("Session ended");
    counts.push(log.lines.length);
  }
  assertEquals(counts[0], counts[1]);
});
