/**
 * Every message of the session protocol, on real sockets.
 */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { upgradeRequest } from "../helpers/raw_client.ts";
import { TestServer, until } from "../helpers/server.ts";
import { timedScript } from "../helpers/timed_words.ts";

/** Each word takes 100 ms, and its timing is told. */
const wordScript = timedScript(100);

Deno.test("session_started says what holds", async () => {
  await using server = new TestServer();
  const client = await server.connect(
    "?voice=two&sample_rate=8000&frame_ms=40&lead_ms=100&speed=1.5",
  );
  const [started] = client.of("session_started");
  const { session_id, limits, ...rest } = started!;
  assertEquals(rest, {
    type: "session_started",
    protocol: 1,
    voice: "two",
    encoding: "pcm_s16le",
    sample_rate: 8000,
    frame_ms: 40,
    lead_ms: 100,
    speed: 1.5,
    words: false,
  });
  assert(/^[0-9a-f-]{36}$/.test(session_id));
  assertEquals(limits.max_text_characters, 10_000);
  assertEquals(limits.max_message_bytes, 131_072);
});

Deno.test("text is spoken: every message of an utterance, in order, with its fields", async () => {
  await using server = new TestServer({ script: wordScript });
  const client = await server.connect("?words=1&lead_ms=unpaced");
  client.send({ type: "text", text: "Hello there. How are you?", utterance_id: "a" });
  client.send({ type: "end", utterance_id: "a" });
  const ended = await client.next("utterance_ended");
  const types = client.received.map((m) => m instanceof Uint8Array ? "audio" : m.type);
  const compact = types.filter((type, index) => type !== types[index - 1]);
  assertEquals(compact.slice(0, 4), [
    "session_started",
    "utterance_started",
    "sentence_started",
    "audio",
  ]);
  assertEquals(compact.slice(-2), ["sentence_ended", "utterance_ended"]);
  assertEquals(client.of("utterance_started"), [
    { type: "utterance_started", utterance_id: "a", number: 1 },
  ]);
  assertEquals(client.of("sentence_started"), [
    {
      type: "sentence_started",
      utterance_id: "a",
      index: 0,
      text: "Hello there.",
      source_start: 0,
      source_end: 12,
      offset_ms: 0,
    },
    {
      type: "sentence_started",
      utterance_id: "a",
      index: 1,
      text: "How are you?",
      source_start: 13,
      source_end: 25,
      offset_ms: 200,
    },
  ]);
  assertEquals(client.of("words").flatMap(({ words }) => words).at(-1), {
    text: "you?",
    start_ms: 400,
    end_ms: 500,
  });
  assertEquals(client.of("sentence_ended"), [
    { type: "sentence_ended", utterance_id: "a", index: 0, duration_ms: 200, status: "completed" },
    { type: "sentence_ended", utterance_id: "a", index: 1, duration_ms: 300, status: "completed" },
  ]);
  const { time_to_first_audio_ms, ...rest } = ended;
  assert(time_to_first_audio_ms >= 0);
  assertEquals(rest, {
    type: "utterance_ended",
    utterance_id: "a",
    outcome: "completed",
    duration_ms: 500,
    sentences: 2,
    failed_sentences: 0,
    characters: 25,
  });
  assertEquals(client.audioBytes, 0.5 * 16_000 * 2);
});

Deno.test("flush, pause, resume, playback, configure and ping are answered", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 400 }) });
  const client = await server.connect("?lead_ms=40");
  client.send({ type: "text", text: "No stop here" });
  client.send({ type: "flush" });
  const { utterance_id } = await client.next("sentence_started");
  client.send({ type: "pause" });
  await client.next("paused");
  const audioWhenPaused = client.audioBytes;
  client.send({ type: "playback", utterance_id, played_ms: 20 });
  client.send({ type: "configure", voice: "two", speed: 0.5, lead_ms: "unpaced", words: true });
  const configured = await client.next("configured");
  assertEquals(configured, {
    type: "configured",
    voice: "two",
    speed: 0.5,
    lead_ms: "unpaced",
    words: true,
  });
  client.send({ type: "ping", id: 7 });
  assertEquals(await client.next("pong"), { type: "pong", id: 7 });
  assertEquals(client.audioBytes, audioWhenPaused);
  client.send({ type: "resume" });
  client.send({ type: "end" });
  await client.next("resumed");
  assertEquals((await client.next("utterance_ended")).duration_ms, 400);
  assertEquals(client.of("error"), []);
});

Deno.test("barge_in is answered with what was heard, and no audio comes after it", async () => {
  await using server = new TestServer({ script: wordScript });
  const client = await server.connect("?lead_ms=100");
  client.send({ type: "text", text: "one two three four five six seven eight.", final: true });
  for (let frame = 0; frame < 3; frame++) await client.next("audio");
  client.send({ type: "barge_in", played_ms: 230 });
  const report = await client.next("barge_in");
  const { latency_ms, discarded_ms, ...rest } = report;
  assert(latency_ms >= 0 && discarded_ms >= 0);
  assertEquals(rest, {
    type: "barge_in",
    utterance_ids: ["u1"],
    played_ms: rest.played_ms,
    estimated: false,
    heard_text: rest.heard_text,
    unheard_text: rest.unheard_text,
    utterances: [{
      utterance_id: "u1",
      played_ms: rest.played_ms,
      heard_text: rest.heard_text,
      unheard_text: rest.unheard_text,
    }],
  });
  assertEquals(rest.heard_text + rest.unheard_text, "one two three four five six seven eight.");
  assert(rest.played_ms <= 230);
  const ended = await client.next("utterance_ended");
  assertEquals(ended.outcome, "interrupted");
  client.send({ type: "barge_in" });
  const second = await client.next("barge_in");
  assertEquals([second.utterance_ids, second.heard_text, second.unheard_text], [[], "", ""]);
  const cut = client.received.indexOf(report);
  assertEquals(client.received.slice(cut).filter((m) => m instanceof Uint8Array), []);
});

Deno.test("a gap that is the server's fault is told as a warning", async () => {
  await using server = new TestServer({
    script: () => [{ audioMs: 40 }, { waitMs: 200 }, { audioMs: 40 }],
  });
  const client = await server.connect("?lead_ms=0");
  client.send({ type: "text", text: "Slowly.", final: true });
  const warning = await client.next("warning");
  assertEquals(warning.code, "underrun");
  assertEquals((await client.next("utterance_ended")).duration_ms, 80);
});

Deno.test("close finishes what is being said and ends with 1000", async () => {
  await using server = new TestServer();
  const client = await server.connect();
  client.send({ type: "text", text: "Goodbye, then" });
  client.send({ type: "close" });
  assertEquals((await client.closed).code, 1000);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
});

Deno.test("the messages of older clients are understood", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 5_000 }) });
  const client = await server.connect();
  client.send({ type: "text", text: "An older client speaks.", is_final: true });
  await client.next("audio");
  client.send({ type: "control", command: "PAUSE" });
  await client.next("paused");
  client.send({ type: "control", command: "RESUME" });
  await client.next("resumed");
  client.send({ type: "control", command: "STOP" });
  assertEquals((await client.next("barge_in")).utterance_ids, ["u1"]);
});

Deno.test("with audio_header each binary message says where it belongs", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 150 }) });
  const client = await server.connect("?audio_header=1&lead_ms=unpaced");
  client.send({ type: "text", text: "One. Two.", final: true });
  await client.next("utterance_ended");
  let offsetMs = 0;
  const sentences = new Set<number>();
  for (const message of client.of("audio") as unknown as Uint8Array[]) {
    const view = new DataView(message.buffer);
    assertEquals(view.getUint32(0, true), 1);
    sentences.add(view.getUint32(4, true));
    assertEquals(view.getUint32(8, true), Math.floor(offsetMs));
    offsetMs += (message.length - 12) / 32;
  }
  assertEquals([...sentences], [0, 1]);
  assertAlmostEquals(offsetMs, 300, 1e-6);
});

Deno.test("every encoding and sample rate gives the audio's length", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 500 }) });
  const bytesPerSample: Record<string, number> = { pcm_s16le: 2, mulaw: 1, alaw: 1 };
  for (const encoding of ["pcm_s16le", "mulaw", "alaw"]) {
    for (const rate of [8000, 16000, 22050, 24000, 44100, 48000]) {
      const query = `?encoding=${encoding}&sample_rate=${rate}&lead_ms=unpaced&frame_ms=10`;
      const client = await server.connect(query);
      client.send({ type: "text", text: "One.", final: true });
      const { duration_ms } = await client.next("utterance_ended");
      assertAlmostEquals(duration_ms, 500, 1e-3);
      assertEquals(client.audioBytes, Math.round(rate / 2) * bytesPerSample[encoding]!);
      client.close();
    }
  }
});

Deno.test("opus comes in packets of 20 ms, the last one padded", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 130 }) });
  for (const rate of [8000, 16000, 24000, 48000]) {
    const client = await server.connect(`?encoding=opus&sample_rate=${rate}&lead_ms=unpaced`);
    client.send({ type: "text", text: "One. Two.", final: true });
    const { duration_ms } = await client.next("utterance_ended");
    assertEquals(duration_ms, 2 * 140);
    assertEquals(client.of("audio").length, 14);
    client.close();
  }
});

Deno.test("a client that closes is told from one that is gone", async () => {
  await using server = new TestServer();
  const polite = await server.connect();
  polite.close();
  await polite.closed;
  const rude = await Deno.connect({ port: server.server.address.port });
  await rude.write(upgradeRequest(server.host, "/v1/session"));
  await until(() => server.server.stats.sessions === 1, "the session");
  rude.close();
  const ends = () => server.facts.filter((fact) => fact.type === "session_ended");
  await until(() => ends().length === 2, "both ends");
  assertEquals(ends().map(({ close }) => close), ["closed", "gone"]);
});

Deno.test("a session that opens while the server drains is sent home like the others", async () => {
  const server = new TestServer();
  const sockets = Array.from({ length: 40 }, () => new WebSocket(`ws://${server.host}/v1/session`));
  const ends = sockets.map((socket) => {
    const types: string[] = [];
    socket.onmessage = ({ data }) => types.push(JSON.parse(data).type);
    socket.onerror = (event) => event.preventDefault();
    return new Promise<string[]>((resolve) => socket.onclose = () => resolve(types));
  });
  // Some are refused, some are told, and for some the upgrade is on its way.
  await until(() => server.server.stats.sessions > 0, "a session");
  await server.server.stop(10_000);
  for (const types of await Promise.all(ends)) {
    if (types.length > 0) assertEquals(types, ["session_started", "draining"]);
  }
  assertEquals(server.server.stats.connections, 0);
});
