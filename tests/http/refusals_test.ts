/**
 * Every error code of the session protocol and every refused connection, on real sockets. After
 * each, the others are served as before.
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { clientFrame, upgradeRequest } from "../helpers/raw_client.ts";
import { TestServer, until } from "../helpers/server.ts";

Deno.test("a bad parameter is refused with 400, its name and what is allowed", async () => {
  await using server = new TestServer();
  const cases: [string, string, string][] = [
    ["voice=nobody", "voice", "two"],
    ["encoding=mp3", "encoding", "opus"],
    ["sample_rate=11025", "sample_rate", "22050"],
    ["sample_rate=abc", "sample_rate", "8000"],
    ["encoding=opus&sample_rate=22050", "sample_rate", "48000"],
    ["frame_ms=30", "frame_ms", "60"],
    ["encoding=opus&frame_ms=40", "frame_ms", "20"],
    ["lead_ms=5001", "lead_ms", "5000"],
    ["lead_ms=-1", "lead_ms", "unpaced"],
    ["speed=2.1", "speed", "0.5 to 2"],
    ["speed=fast", "speed", "0.5 to 2"],
    ["audio_header=yes", "audio_header", "1"],
    ["words=2", "words", "0"],
    ["colour=red", "colour", "encoding"],
    ["voice=one&voice=two", "voice", "one"],
  ];
  for (const [query, field, allowed] of cases) {
    const response = await upgrade(server, `/v1/session?${query}`);
    assertEquals(response.status, 400, query);
    const { error } = JSON.parse(response.body);
    assertEquals([error.code, error.field], ["bad_message", field], query);
    assertStringIncludes(error.allowed.join(" "), allowed, query);
  }
  assertEquals(server.server.stats.connections, 0);
});

Deno.test("without an upgrade the answer says that a session is a WebSocket", async () => {
  await using server = new TestServer();
  const response = await server.get("/v1/session");
  assertEquals([response.status, (await response.json()).error.code], [426, "unsupported"]);
  assertEquals((await (await server.get("/nowhere")).json()).error.code, "not_found");
  const posted = await fetch(`http://${server.host}/v1/session`, { method: "POST", body: "x" });
  assertEquals([posted.status, (await posted.json()).error.code], [405, "method_not_allowed"]);
});

Deno.test("a Host header that makes no URL is refused", async () => {
  await using server = new TestServer();
  const response = await upgrade(server, "/v1/session", { Host: "127.0.0.1:8o81" });
  assertEquals([response.status, JSON.parse(response.body).error.field], [400, "host"]);
});

Deno.test("a handshake that is none is refused, and the reason is told", async () => {
  await using server = new TestServer();
  for (const [name, value] of [["Sec-WebSocket-Version", "8"], ["Sec-WebSocket-Key", "short"]]) {
    const response = await upgrade(server, "/v1/session", { [name!]: value! });
    assertEquals([response.status, JSON.parse(response.body).error.code], [400, "bad_message"]);
  }
  assertEquals(server.server.stats.connections, 0);
});

Deno.test("with keys, only those who show one may speak, in any of the three ways", async () => {
  const key = "a-key-of-some-length";
  await using server = new TestServer({ config: { apiKeys: ["another-key-entirely", key] } });
  for (const headers of [{}, { authorization: "Bearer wrong-key" }, { authorization: key }]) {
    const response = await upgrade(server, "/v1/session", headers);
    assertEquals(response.status, 401);
    assertEquals(JSON.parse(response.body).error.code, "unauthorized");
  }
  const shown = await upgrade(server, "/v1/session", { authorization: `Bearer ${key}` });
  assertEquals(shown.status, 101);
  const byProtocol = await server.connect("", ["syrinx.v1", `bearer.${key}`]);
  assertEquals(byProtocol.protocol, "syrinx.v1");
  await server.connect(`?token=${key}`);
});

Deno.test("subprotocols may come without a space between them, as npm's ws sends them", async () => {
  const key = "a-key-of-some-length";
  await using server = new TestServer({ config: { apiKeys: [key] } });
  const offers = [
    ["/v1/session", `syrinx.v1,bearer.${key}`, "syrinx.v1"],
    ["/v1/speak", `token,${key}`, "token"],
    ["/v1/realtime", `realtime,openai-insecure-api-key.${key}`, "realtime"],
  ];
  for (const [path, offered, chosen] of offers) {
    const response = await upgrade(server, path!, { "Sec-WebSocket-Protocol": offered! });
    assertEquals(response.status, 101);
    assertStringIncludes(response.head, `sec-websocket-protocol: ${chosen}`);
  }
});

Deno.test("the subprotocol is echoed if it is offered", async () => {
  await using server = new TestServer();
  assertEquals((await server.connect("", ["syrinx.v1"])).protocol, "syrinx.v1");
  assertEquals((await server.connect()).protocol, "");
});

Deno.test("one session more than the server takes is answered with 503 and Retry-After", async () => {
  await using server = new TestServer({ config: { maxSessions: 2 } });
  const first = await server.connect();
  await server.connect();
  const refused = await upgrade(server, "/v1/session");
  assertEquals(refused.status, 503);
  assertStringIncludes(refused.head.toLowerCase(), "retry-after: 5");
  assertEquals(JSON.parse(refused.body).error.code, "overloaded");
  first.close();
  await first.closed;
  await until(() => server.server.stats.connections === 1, "the session to be freed");
  await server.connect();
});

Deno.test("bad messages are answered with their code and field, and have no effect", async () => {
  await using server = new TestServer();
  const client = await server.connect();
  const cases: [object | string | Uint8Array<ArrayBuffer>, string, string?][] = [
    ["{", "bad_json"],
    ["[]", "bad_json"],
    ['"text"', "bad_json"],
    ["null", "bad_json"],
    [{}, "bad_message", "type"],
    [{ type: "shout" }, "bad_message", "type"],
    [{ type: 5 }, "bad_message", "type"],
    [{ type: "text" }, "bad_message", "text"],
    [{ type: "text", text: 5 }, "bad_message", "text"],
    [{ type: "text", text: "" }, "bad_message", "text"],
    [{ type: "text", text: "x", final: "yes" }, "bad_message", "final"],
    [{ type: "text", text: "x", is_final: 1 }, "bad_message", "is_final"],
    [{ type: "text", text: "x", utterance_id: "" }, "bad_message", "utterance_id"],
    [{ type: "text", text: "x", utterance_id: "a b" }, "bad_message", "utterance_id"],
    [{ type: "text", text: "x", utterance_id: "x".repeat(65) }, "bad_message", "utterance_id"],
    [{ type: "text", text: "x", utterance_id: 1 }, "bad_message", "utterance_id"],
    [{ type: "text", text: "x".repeat(10_001) }, "text_too_long", "text"],
    [{ type: "flush", utterance_id: [] }, "bad_message", "utterance_id"],
    [{ type: "flush", utterance_id: "x" }, "unknown_utterance", "utterance_id"],
    [{ type: "end" }, "unknown_utterance", "utterance_id"],
    [{ type: "end", utterance_id: "x" }, "unknown_utterance", "utterance_id"],
    [{ type: "barge_in", utterance_id: "x" }, "unknown_utterance", "utterance_id"],
    [{ type: "barge_in", played_ms: -1 }, "bad_message", "played_ms"],
    [{ type: "barge_in", played_ms: "0" }, "bad_message", "played_ms"],
    [{ type: "playback", played_ms: 1 }, "bad_message", "utterance_id"],
    [{ type: "playback", utterance_id: "x" }, "bad_message", "played_ms"],
    [{ type: "playback", utterance_id: "x", played_ms: 1 }, "unknown_utterance", "utterance_id"],
    [{ type: "configure", voice: "nobody" }, "unsupported", "voice"],
    [{ type: "configure", voice: 1 }, "bad_message", "voice"],
    [{ type: "configure", speed: 3 }, "bad_message", "speed"],
    [{ type: "configure", lead_ms: "fast" }, "bad_message", "lead_ms"],
    [{ type: "configure", words: "yes" }, "bad_message", "words"],
    [{ type: "ping", id: {} }, "bad_message", "id"],
    [{ type: "control", command: "JUMP" }, "bad_message", "command"],
    [Uint8Array.of(1, 2, 3), "unsupported"],
  ];
  for (const [message, code, field] of cases) {
    client.send(message);
    const error = await client.next("error");
    const what = typeof message === "string" ? message : JSON.stringify(message).slice(0, 80);
    assertEquals([error.code, error.field, error.fatal], [code, field, false], what);
    assert(error.message.length > 0);
  }
  assertEquals(client.of("utterance_started"), []);
  client.send({ type: "text", text: "Still here.", final: true });
  assertEquals((await client.next("utterance_ended")).outcome, "completed");
});

Deno.test("text after the end is refused and the utterance is spoken as it was", async () => {
  await using server = new TestServer();
  const client = await server.connect("?lead_ms=unpaced");
  client.send({ type: "text", text: "That was all.", utterance_id: "a", final: true });
  client.send({ type: "text", text: " And more.", utterance_id: "a" });
  const error = await client.next("error");
  assertEquals([error.code, error.utterance_id], ["utterance_ended", "a"]);
  await until(() => client.of("utterance_ended").length === 1, "the utterance's end");
  assertEquals(client.of("sentence_started").map(({ text }) => text), ["That was all."]);
});

Deno.test("a message of 11 MB is fatal, with 1009", async () => {
  await using server = new TestServer();
  const client = await server.connect();
  client.send({ type: "text", text: "x".repeat(11_000_000) });
  const error = await client.next("error");
  assertEquals([error.code, error.limit, error.fatal], ["too_large", 131_072, true]);
  assertEquals((await client.closed).code, 1009);
});

Deno.test("the size limit counts bytes, not characters", async () => {
  await using server = new TestServer({ config: { maxMessageBytes: 1_024 } });
  const client = await server.connect();
  client.send({ type: "text", text: "é".repeat(450), final: true });
  await client.next("utterance_ended");
  client.send({ type: "text", text: "é".repeat(600) });
  assertEquals((await client.next("error")).code, "too_large");
});

Deno.test("1,000 messages at once are all served; a flood beyond is refused, but a barge-in never", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 10_000 }) });
  const client = await server.connect();
  for (let id = 0; id < 1_000; id++) client.send({ type: "ping", id });
  for (let id = 0; id < 1_000; id++) assertEquals((await client.next("pong")).id, id);
  client.send({ type: "text", text: "A long story.", final: true });
  for (let id = 0; id < 900; id++) client.send({ type: "ping", id });
  client.send({ type: "barge_in" });
  await client.next("barge_in");
  const errors = client.of("error");
  assert(errors.length > 0);
  assert(errors.every(({ code, retry_after_ms }) => code === "rate_limited" && retry_after_ms > 0));
  assertEquals(
    errors.length + client.of("pong").length + client.of("utterance_started").length,
    1_901,
  );
});

Deno.test("a client that only sends what cannot be used is sent away with 1008", async () => {
  await using server = new TestServer({ config: { maxMessagesPerSecond: 100_000 } });
  const client = await server.connect();
  for (let count = 0; count < 1_001; count++) client.send("nonsense");
  assertEquals((await client.closed).code, 1008);
  assertEquals(client.of("error").filter(({ fatal }) => fatal).length, 1);
});

Deno.test("an overloaded server says so, with a hint, and keeps what it has accepted", async () => {
  await using server = new TestServer({
    config: { workers: 1, maxQueueDepth: 2 },
    script: steadyScript({ firstAudioMs: 150, audioMs: 50 }),
  });
  const client = await server.connect("?lead_ms=unpaced");
  client.send({ type: "text", text: "One. Two. Three. Four. ", utterance_id: "a" });
  client.send({ type: "text", text: "Five.", utterance_id: "b" });
  const error = await client.next("error");
  assertEquals([error.code, error.limit, error.fatal], ["overloaded", 2, false]);
  assert(error.retry_after_ms > 0);
  client.send({ type: "end", utterance_id: "a" });
  assertEquals((await client.next("utterance_ended")).sentences, 4);
  assertEquals(client.of("utterance_started").length, 1);
});

Deno.test("a failed sentence is an error that names its utterance", async () => {
  await using server = new TestServer({ script: () => [{ fail: "scripted" }] });
  const client = await server.connect();
  client.send({ type: "text", text: "Never heard.", utterance_id: "a", final: true });
  const error = await client.next("error");
  assertEquals([error.code, error.utterance_id, error.fatal], ["synthesis_failed", "a", false]);
  const ended = await client.next("sentence_ended");
  assertEquals([ended.status, ended.error.code], ["failed", "synthesis_failed"]);
  assertEquals((await client.next("utterance_ended")).outcome, "failed");
});

Deno.test("open utterances are limited", async () => {
  await using server = new TestServer({ config: { maxOpenUtterances: 2 } });
  const client = await server.connect();
  for (const id of ["a", "b", "c"]) client.send({ type: "text", text: "x", utterance_id: id });
  const error = await client.next("error");
  assertEquals([error.code, error.limit, error.fatal], ["session_limit", 2, false]);
});

Deno.test("an idle session is ended with its code and 1008", async () => {
  await using server = new TestServer({ config: { idleTimeoutMs: 100 } });
  const client = await server.connect();
  const error = await client.next("error");
  assertEquals([error.code, error.fatal], ["idle_timeout", true]);
  assertEquals((await client.closed).code, 1008);
});

Deno.test("a fault of the server's own ends that session only, with 1011", async () => {
  await using server = new TestServer({
    onFact(event) {
      if (event.type === "barge_in") throw new Error("a bug in a subscriber");
    },
  });
  const other = await server.connect();
  const client = await server.connect();
  client.send({ type: "barge_in" });
  const error = await client.next("error");
  assertEquals([error.code, error.fatal], ["internal", true]);
  assertEquals((await client.closed).code, 1011);
  other.send({ type: "ping", id: 1 });
  assertEquals((await other.next("pong")).id, 1);
});

Deno.test("while others misbehave, a listener hears no gap", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 1_000 }) });
  const listener = await server.connect();
  listener.send({ type: "text", text: "One. Two. Three.", final: true });
  await listener.next("audio");
  const huge = await server.connect();
  huge.send({ type: "text", text: "x".repeat(11_000_000) });
  const flood = await server.connect();
  for (let count = 0; count < 3_000; count++) flood.send("nonsense");
  const binary = await server.connect();
  for (let count = 0; count < 500; count++) binary.send(new Uint8Array(10_000));
  const vanishing = await server.connect();
  vanishing.send({ type: "text", text: "Nobody will hear this.", final: true });
  vanishing.close();
  assertEquals((await listener.next("utterance_ended")).duration_ms, 3_000);
  assertEquals(server.facts.filter(({ type }) => type === "underrun"), []);
});

Deno.test("a client that never reads is given up: all is freed, and the others hear no gap", async () => {
  await using server = new TestServer({
    config: { maxBlockedMs: 300, maxBufferedBytes: 100_000 },
    script: steadyScript({ audioMs: 10_000 }),
  });
  const listener = await server.connect();
  listener.send({ type: "text", text: "Just one.", final: true });
  using deaf = await Deno.connect({ port: server.server.address.port });
  const query = "sample_rate=48000&lead_ms=unpaced";
  await deaf.write(upgradeRequest(server.host, `/v1/session?${query}`));
  const story = Array.from({ length: 40 }, (_, index) => `Part ${index}.`).join(" ");
  await deaf.write(clientFrame({ type: "text", text: story, final: true }));
  await until(
    () => server.facts.some((fact) => fact.type === "refused" && fact.code === "session_limit"),
    "the deaf client's session to be ended",
  );
  await until(() => server.server.stats.busyWorkers === 0, "the workers to be free");
  assertEquals(server.server.stats.queued, 0);
  assertEquals(server.server.stats.sessions, 1);
  assertEquals((await listener.next("utterance_ended")).duration_ms, 10_000);
  // A busy machine makes short gaps by itself; a listener that waited for the deaf one heard a long one.
  const gaps = server.facts.filter((fact) => fact.type === "underrun" && fact.gapMs > 250);
  assertEquals(gaps, []);
});

Deno.test("a stopping server tells its clients, lets them finish, and refuses new ones", async () => {
  const server = new TestServer({ script: steadyScript({ audioMs: 600 }) });
  const idle = await server.connect();
  const speaking = await server.connect();
  speaking.send({ type: "text", text: "Let me finish.", final: true });
  await speaking.next("audio");
  const stopped = server.server.stop(10_000);
  assertEquals((await speaking.next("draining")).deadline_ms, 10_000);
  assertEquals((await idle.closed).code, 1001);
  const refused = await upgrade(server, "/v1/session");
  assertEquals(refused.status, 503);
  assertEquals((await speaking.closed).code, 1001);
  assertEquals(speaking.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  await stopped;
});

Deno.test("a stop with a deadline ends those who have not finished; a second stop hurries", async () => {
  const server = new TestServer({ script: steadyScript({ audioMs: 60_000 }) });
  const client = await server.connect();
  client.send({ type: "text", text: "A very long story.", final: true });
  await client.next("audio");
  const stopped = server.server.stop(600_000);
  await client.next("draining");
  server.server.stop();
  await stopped;
  assertEquals((await client.closed).code, 1001);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["interrupted"]);
});

/** An upgrade request as raw HTTP, so that the refusal's body can be read. */
async function upgrade(
  server: TestServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; head: string; body: string }> {
  using connection = await Deno.connect({ port: server.server.address.port });
  await connection.write(upgradeRequest(server.host, path, headers));
  let text = "";
  const buffer = new Uint8Array(65_536);
  while (!isComplete(text)) {
    const count = await connection.read(buffer);
    if (count === null) break;
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
  const [head, body] = text.split("\r\n\r\n") as [string, string];
  return { status: Number(head.split(" ")[1]), head, body };
}

function isComplete(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return false;
  const length = /content-length: (\d+)/i.exec(text)?.[1];
  return length === undefined || text.length - end - 4 >= Number(length);
}
