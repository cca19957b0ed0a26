/** The WebSocket, on real sockets. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Script, ScriptedBackend, steadyScript } from "../../../src/backends/scripted.ts";
import { defaultConfig } from "../../../src/config.ts";
import { startServer } from "../../../src/server.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";
import { TestServer, until } from "../../helpers/server.ts";
import { WsClient } from "../../helpers/ws_client.ts";
import { assertNothingLeft, nativeAudio, nativeBytes } from "../helpers/audio.ts";
import { bytesOf, endOf, messagesOf, samplesOf, typesOf } from "./context_client.ts";
import { input } from "./requests.ts";

const PATH = "/tts/websocket";
const TEXT = "One two three four five. Six seven eight nine ten.";

/** As long as the text, and with a mark of its own. */
const spoken: Script = ({ text }) => [{ audioMs: 30 * text.length, mark: text.length }];

/** Slow enough to be interrupted: a quarter of a minute for each sentence. */
const long = steadyScript({ audioMs: 15_000 });

Deno.test("a context's audio is ours, sample for sample, and done comes after it", async () => {
  await using server = new TestServer({ script: spoken });
  const wanted = await nativeAudio(server, TEXT);
  const client = await server.open(PATH);
  client.send(input("c1", TEXT));
  assertEquals((await endOf(client, "c1")).type, "done");
  assertEquals(samplesOf(client, "c1"), wanted);
  assertEquals(typesOf(client, "c1"), ["chunk", "done"]);
  client.close();
  await assertNothingLeft(server);
  const sessions = server.facts.filter((fact) => fact.type === "session_started");
  assertEquals(sessions.map(({ dialect }) => dialect), ["native", "cartesia"]);
});

Deno.test("tokens are joined as they are, and spoken as one text", async () => {
  await using server = new TestServer({ script: spoken });
  const wanted = await nativeAudio(server, TEXT);
  const client = await server.open(PATH);
  for (const token of TEXT.match(/.{1,4}/g)!) client.send(input("c1", token, { continue: true }));
  client.send(input("c1", "", { continue: false }));
  await endOf(client, "c1");
  assertEquals(samplesOf(client, "c1"), wanted);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("contexts at once have voices, formats and rates of their own", async () => {
  await using server = new TestServer({ script: spoken });
  const mulaw = await nativeBytes(server, "First one.", "&encoding=mulaw&sample_rate=8000");
  const alaw = await nativeBytes(server, "Second.", "&encoding=alaw&sample_rate=24000");
  const pcm = await nativeAudio(server, "Third of all.");
  const client = await server.open(PATH);
  const format = (encoding: string, sample_rate: number) => ({
    output_format: { container: "raw", encoding, sample_rate },
  });
  client.send(input("c1", "First ", { ...format("pcm_mulaw", 8_000), continue: true }));
  client.send(input("c2", "Second.", { ...format("pcm_alaw", 24_000), voice: "two" }));
  client.send(input("c3", "Third of all.", format("pcm_f32le", 16_000)));
  client.send(input("c1", "one.", format("pcm_mulaw", 8_000)));
  await Promise.all(["c1", "c2", "c3"].map((id) => endOf(client, id)));
  assertEquals(bytesOf(client, "c1"), mulaw);
  assertEquals(bytesOf(client, "c2"), alaw);
  const floats = new Float32Array(bytesOf(client, "c3").buffer);
  assertEquals(Int16Array.from(floats, (sample) => sample * 32_768), pcm);
  const voiceOf = (text: string) =>
    server.backend.requests.findLast((request) => request.text === text)!.voice;
  assertEquals([voiceOf("First one."), voiceOf("Second.")], ["one", "two"]);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("word timings come in seconds of the context's audio", async () => {
  await using server = new TestServer({
    script: ({ text }) => [
      { words: [{ start: 0, end: text.length - 1, startMs: 0, endMs: 250 }] },
      { audioMs: 500 },
    ],
  });
  const client = await server.open(PATH);
  client.send(input("c1", "Hello. There.", { add_timestamps: true }));
  await endOf(client, "c1");
  const timestamps = messagesOf(client, "c1").filter(({ type }) => type === "timestamps");
  assertEquals(timestamps.map(({ word_timestamps }) => word_timestamps), [
    { words: ["Hello"], start: [0], end: [0.25] },
    { words: ["There"], start: [0.5], end: [0.75] },
  ]);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a flush is done between the audio before and after it", async () => {
  await using server = new TestServer({ script: spoken });
  const client = await server.open(PATH);
  client.send(input("c1", "Before", { continue: true }));
  client.send(input("c1", "", { continue: true, flush: true }));
  client.send(input("c1", "after", { continue: false }));
  await endOf(client, "c1");
  assertEquals(typesOf(client, "c1"), ["chunk", "flush_done", "chunk", "done"]);
  const flushIds = messagesOf(client, "c1").map(({ flush_id }) => flush_id);
  assertEquals([...new Set(flushIds)], [1, 2, undefined]);
  assertEquals(server.backend.requests.map(({ text }) => text), ["Before", "after"]);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("cancel stops a context at once, and its id can be used again", async () => {
  await using server = new TestServer({ script: long });
  const client = await server.open(PATH);
  client.send(input("c1", TEXT, { continue: true }));
  client.send(input("c2", "Hello."));
  await until(() => typesOf(client, "c1").length > 0, "audio");
  client.send({ context_id: "c1", cancel: true });
  assertEquals((await endOf(client, "c1")).type, "done");
  const count = messagesOf(client, "c1").length;
  // Another context's audio goes on, and that of the cancelled one does not.
  const others = messagesOf(client, "c2").length;
  await until(() => messagesOf(client, "c2").length > others, "audio of the other context");
  assertEquals(messagesOf(client, "c1").length, count);
  client.send(input("c1", "Again.", { continue: true }));
  await until(() => messagesOf(client, "c1").length > count, "audio of the new context");
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a closed socket stops all its contexts", async () => {
  await using server = new TestServer({ script: long });
  const client = await server.open(PATH);
  for (const id of ["c1", "c2", "c3"]) client.send(input(id, TEXT, { continue: true }));
  await client.next("chunk");
  assertEquals(server.server.stats.sessions, 3);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("text that ends nowhere is spoken after max_buffer_delay_ms", async () => {
  await using server = new TestServer({ config: { stallMs: 60_000 }, script: spoken });
  const client = await server.open(PATH);
  client.send(input("c1", "Hello there. ", { continue: true, max_buffer_delay_ms: 0 }));
  await client.next("chunk");
  assertEquals(server.backend.requests.map(({ text }) => text), ["Hello there."]);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a volume makes samples louder or softer, and clips what is too loud", async () => {
  await using server = new TestServer({ script: () => [{ audioMs: 40, mark: 20_001 }] });
  const wanted = await nativeAudio(server, "Hello.");
  const client = await server.open(PATH);
  client.send(input("soft", "Hello.", { generation_config: { volume: 0.5 } }));
  client.send(input("loud", "Hello.", { generation_config: { volume: 2 } }));
  await Promise.all([endOf(client, "soft"), endOf(client, "loud")]);
  assertEquals(samplesOf(client, "soft"), wanted.map((sample) => Math.round(sample / 2)));
  assertEquals(samplesOf(client, "loud"), wanted.map((sample) => Math.min(32_767, 2 * sample)));
  client.close();
  await assertNothingLeft(server);
});

Deno.test("an unknown voice is an error where the server wants it so", async () => {
  await using server = new TestServer({ config: { unknownVoice: "error" }, script: spoken });
  const client = await server.open(PATH);
  client.send(input("c1", TEXT, { voice: { mode: "id", id: "nobody" } }));
  const error = await endOf(client, "c1");
  assertEquals([error.type, error.status_code, error.title], ["error", 400, "Invalid request"]);
  assertStringIncludes(error.message, "it may be one, two");
  client.send(input("c1", TEXT));
  assertEquals((await endOf(client, "c1")).type, "error");
  await until(() => messagesOf(client, "c1").at(-1)!.type === "done", "the context's second life");
  client.close();
  await assertNothingLeft(server);
});

Deno.test("text that is too long ends its context, and no other", async () => {
  await using server = new TestServer({ config: { maxTextCharacters: 60 }, script: long });
  const client = await server.open(PATH);
  client.send(input("c1", TEXT, { continue: true }));
  client.send(input("c2", TEXT, { continue: true }));
  await until(() => typesOf(client, "c2").length > 0, "audio");
  client.send(input("c1", TEXT + TEXT, { continue: true, flush: true }));
  const error = await endOf(client, "c1");
  assertEquals([error.status_code, error.error_code], [400, "text_too_long"]);
  assertStringIncludes(error.message, "at most 60");
  assert(error.error.startsWith("Transcript too long: "));
  await until(() => server.server.stats.sessions === 1, "the session to end");
  assertEquals(messagesOf(client, "c1").at(-1), error);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a sentence that fails ends its context with an error", async () => {
  await using server = new TestServer({
    script: ({ text }) => text === "Two." ? [{ fail: "no such sound" }] : [{ audioMs: 100 }],
  });
  const client = await server.open(PATH);
  client.send(input("c1", "One. Two. Three.", { continue: true }));
  const error = await endOf(client, "c1");
  assertEquals([error.status_code, error.error_code], [500, "synthesis_failed"]);
  assertEquals(typesOf(client, "c1"), ["chunk", "error"]);
  await until(() => server.server.stats.sessions === 0, "the session to end");
  assertEquals(server.server.stats.connections, 1);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("more messages than a client may send end the context that they are for", async () => {
  await using server = new TestServer({ config: { maxMessagesPerSecond: 10 }, script: spoken });
  const client = await server.open(PATH);
  for (let count = 0; count < 30; count++) client.send(input("c1", "word ", { continue: true }));
  const error = await endOf(client, "c1");
  assertEquals([error.type, error.status_code, error.error_code], ["error", 429, "rate_limited"]);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a message that is none of Cartesia's is an error without a context", async () => {
  await using server = new TestServer();
  const client = await server.open(PATH);
  client.send("hello");
  assertEquals((await client.next("error")).title, "Invalid JSON");
  client.send(Uint8Array.of(1, 2));
  assertEquals((await client.next("error")).title, "Not supported");
  client.send({ type: "subscribe" });
  assertStringIncludes((await client.next("error")).message, "transcript is missing");
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a new context stops the one before where the server wants it so", async () => {
  await using server = new TestServer({ config: { newContextInterrupts: true }, script: long });
  const client = await server.open(PATH);
  client.send(input("c1", TEXT, { continue: true }));
  await until(() => typesOf(client, "c1").length > 0, "audio");
  client.send(input("c2", TEXT, { continue: true }));
  await until(() => typesOf(client, "c2").length > 0, "audio of the new context");
  assertEquals((await endOf(client, "c1")).type, "done");
  client.send(input("c1", "Late.", { continue: true }));
  client.send(input("c1", " ", { continue: false }));
  client.send(input("c2", "", { continue: true, flush: true }));
  client.send({ type: "subscribe" });
  await client.next("error");
  assertEquals(typesOf(client, "c1"), ["chunk", "done"]);
  assertEquals(server.server.stats.sessions, 1);
  client.close();
  await assertNothingLeft(server);
});

Deno.test("keys are taken wherever Cartesia's clients put them, and others are refused", async () => {
  await using server = new TestServer({ config: { apiKeys: ["secret"] }, script: spoken });
  for (const query of ["api_key=secret&cartesia_version=2026-08-14", "access_token=secret"]) {
    const client = await server.open(`${PATH}?${query}`);
    client.send(input("c1", TEXT));
    assertEquals((await endOf(client, "c1")).type, "done");
    client.close();
  }
  // A client that is let in and asks in plain HTTP hears that this is a WebSocket.
  for (const headers of [{ authorization: "Bearer secret" }, { "x-api-key": "secret" }]) {
    const answer = await server.get(PATH, { ...headers, "cartesia-version": "2025-04-16" });
    assertEquals(answer.status, 426);
    await answer.body?.cancel();
  }
  const answer = await server.get(PATH, { "x-api-key": "wrong" });
  assertEquals(answer.status, 401);
  const { error_code, title, message, request_id } = await answer.json();
  assertEquals([error_code, title], ["unauthorized", "Unauthorized"]);
  assertStringIncludes(message, "Invalid API key");
  assert(request_id !== "");
  await assertNothingLeft(server);
});

Deno.test("a stopping server tells contexts that it cuts off", async () => {
  await using server = new TestServer({ script: long });
  const client = await server.open(PATH);
  client.send(input("c1", TEXT, { continue: true }));
  await client.next("chunk");
  await server.server.stop(10);
  const error = await endOf(client, "c1");
  assertEquals([error.type, error.status_code, error.done], ["error", 503, true]);
  assertEquals((await client.closed).code, 1001);
  await assertNothingLeft(server);
});

Deno.test("a stopping server lets a context end, and its connection with it", async () => {
  await using server = new TestServer({ script: steadyScript({ firstAudioMs: 200 }) });
  const client = await server.open(PATH);
  client.send(input("c1", TEXT));
  await until(() => server.server.stats.busyWorkers > 0, "the synthesis");
  // It would wait for an hour, had the client to close the connection.
  const stopping = server.server.stop(3_600_000);
  assertEquals((await endOf(client, "c1")).type, "done");
  assertEquals((await client.closed).code, 1000);
  await stopping;
});

Deno.test("a connection without contexts is closed after five minutes, and no error told", async () => {
  const clock = new FakeClock();
  const server = startServer({
    config: { ...defaultConfig(), port: 0, idleTimeoutMs: 1_000 },
    backend: new ScriptedBackend({ clock }),
    clock,
  });
  const client = new WsClient(`ws://127.0.0.1:${server.address.port}${PATH}`);
  await client.opened;
  for (const ms of [0, 299_999]) {
    clock.advance(ms);
    client.send("hello");
    await client.next("error");
  }
  clock.advance(1);
  assertEquals((await client.closed).code, 1000);
  assertEquals(client.received.length, 2);
  await server.stop(0);
});

Deno.test("a message that is too large ends Cartesia's connection, and all of its contexts", async () => {
  await using server = new TestServer({ script: long, config: { maxMessageBytes: 2_000 } });
  const client = await server.open(PATH);
  client.send(input("c1", TEXT, { continue: true }));
  await client.next("chunk");
  client.send(input("c2", "x".repeat(2_000)));
  const error = await endOf(client, "c1");
  assertEquals([error.type, error.status_code, error.title], ["error", 413, "Message too large"]);
  assertEquals((await client.closed).code, 1009);
  await assertNothingLeft(server);
});
