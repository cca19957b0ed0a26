/** ElevenLabs' WebSockets, on real sockets. */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { steadyScript } from "../../../src/backends/scripted.ts";
import { decode, testWithFfmpeg } from "../../helpers/ffmpeg.ts";
import { TestServer, until } from "../../helpers/server.ts";
import type { WsClient } from "../../helpers/ws_client.ts";
import { assertNothingLeft, nativeAudio, nativeBytes } from "../helpers/audio.ts";
import {
  alignmentsOf,
  audioOf,
  bytesOf,
  charsOf,
  endOf,
  messagesOf,
  samplesOf,
} from "./context_client.ts";
import { endlessScript, MS_PER_CHARACTER, spokenScript } from "./scripts.ts";

const TEXT = "Hello there. How are you?";
const KEY = "a-key-of-sixteen-characters";
const PCM = "output_format=pcm_16000";

/** Many sentences: more than what is sent ahead. */
const LONG = "One two three four five six. ".repeat(40);

async function openStream(server: TestServer, query = PCM, voice = "one"): Promise<WsClient> {
  return await server.open(`/v1/text-to-speech/${voice}/stream-input?${query}`);
}

async function openMulti(server: TestServer, query = PCM): Promise<WsClient> {
  return await server.open(`/v1/text-to-speech/one/multi-stream-input?${query}`);
}

function send(client: WsClient, ...messages: readonly object[]): void {
  for (const message of messages) client.send(message);
}

/** The texts that were synthesised. */
function spoken(server: TestServer): string[] {
  return server.backend.requests.map(({ text }) => text);
}

Deno.test("stream-input says what comes in tokens, sample for sample, and ends with 1000", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openStream(server);
  send(client, { text: " ", voice_settings: { stability: 0.5 } });
  for (const token of TEXT.match(/.{1,4}/g)!) client.send({ text: token });
  client.send({ text: "" });
  assertEquals((await endOf(client)).isFinal, true);
  assertEquals(await client.closed, { code: 1000, reason: "finished" });
  assertEquals(samplesOf(client), await nativeAudio(server, TEXT));
  assertEquals(charsOf(client), TEXT);
  await assertNothingLeft(server);
});

Deno.test("what Python's convert_realtime sends and reads is served", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openStream(server, `model_id=eleven_turbo_v2_5&${PCM}`);
  client.send({
    text: " ",
    try_trigger_generation: true,
    voice_settings: null,
    generation_config: { chunk_length_schedule: [50] },
  });
  for (const word of TEXT.split(" ")) {
    client.send({ text: `${word} `, try_trigger_generation: true });
  }
  client.send({ text: "" });
  assertEquals((await client.closed).code, 1000);
  assertEquals("message" in (client.received.at(-1) as Record<string, unknown>), false);
  assertEquals(samplesOf(client), await nativeAudio(server, TEXT));
});

Deno.test("each reply of a stream-input is an utterance, and so has a time to first audio", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openStream(server);
  let length = 0;
  for (const text of ["Hello there. ", "How are you? "]) {
    client.send({ text, flush: true });
    length += text.length;
    await until(() => charsOf(client).length === length, text);
  }
  const firsts = server.facts.filter(({ type }) => type === "first_audio");
  assertEquals(firsts.length, 2);
  assertEquals(samplesOf(client), await nativeAudio(server, TEXT));
});

Deno.test("a context is said sample for sample, and its last message comes when it is closed", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openMulti(server);
  send(
    client,
    { text: " ", context_id: "a" },
    { text: "Hello there. ", context_id: "a", flush: true },
    { text: "How are you? ", context_id: "a", flush: true },
  );
  await until(() => charsOf(client, "a").length === TEXT.length + 1, "all of the text");
  assertEquals(messagesOf(client, "a").some(({ isFinal }) => isFinal), false);
  send(client, { context_id: "a", close_context: true });
  assertEquals((await endOf(client, "a")).isFinal, true);
  assertEquals(samplesOf(client, "a"), await nativeAudio(server, TEXT));
  client.close();
  await assertNothingLeft(server);
});

Deno.test("contexts at once do not disturb each other", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openMulti(server);
  const texts = ["The first of them. ", "And the second. ", "Third. "];
  for (const [index, text] of texts.entries()) send(client, { text, context_id: `c${index}` });
  for (const index of texts.keys()) {
    send(client, { context_id: `c${index}`, flush: true }, {
      context_id: `c${index}`,
      close_context: true,
    });
  }
  for (const [index, text] of texts.entries()) {
    await endOf(client, `c${index}`);
    assertEquals(samplesOf(client, `c${index}`), await nativeAudio(server, text));
  }
});

Deno.test("times of characters add up over the alignments of a context", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openStream(server);
  send(client, { text: `${TEXT} ` }, { text: "" });
  await client.closed;
  for (const field of ["alignment", "normalizedAlignment"]) {
    let elapsedMs = 0;
    const starts: number[] = [];
    for (const alignment of alignmentsOf(client, undefined, field)) {
      const { chars, charStartTimesMs, charDurationsMs } = alignment;
      assertEquals([charStartTimesMs.length, charDurationsMs.length], [chars.length, chars.length]);
      starts.push(...charStartTimesMs.map((start) => elapsedMs + start));
      elapsedMs += charStartTimesMs.at(-1)! + charDurationsMs.at(-1)!;
    }
    assertEquals(charsOf(client, undefined, field), `${TEXT} `);
    const second = "Hello there.".length * MS_PER_CHARACTER;
    assertAlmostEquals(starts[TEXT.indexOf("How")]!, second, 1);
    assertAlmostEquals(starts[TEXT.indexOf("you?")]!, second + 8 * MS_PER_CHARACTER, 1);
    assertAlmostEquals(elapsedMs, samplesOf(client).length / 16, 1);
  }
});

Deno.test("with sync_alignment times of characters count over a whole context", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openMulti(server, `${PCM}&sync_alignment=true`);
  send(
    client,
    { text: `${TEXT} `, context_id: "a" },
    { context_id: "a", flush: true },
    { context_id: "a", close_context: true },
  );
  await endOf(client, "a");
  const starts = alignmentsOf(client, "a", "normalizedAlignment").flatMap((alignment) =>
    alignment.charStartTimesMs
  );
  assert(starts.every((start, index) => start >= (starts[index - 1] ?? 0)));
  assertAlmostEquals(starts[TEXT.indexOf("How")]!, 12 * MS_PER_CHARACTER, 1);
});

Deno.test("audio without word timings has an alignment in proportion", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 100 }) });
  const client = await openStream(server);
  send(client, { text: "abcd" }, { text: "" });
  await client.closed;
  assertEquals(alignmentsOf(client), [{
    chars: ["a", "b", "c", "d"],
    charStartTimesMs: [0, 25, 50, 75],
    charDurationsMs: [25, 25, 25, 25],
  }]);
});

Deno.test("telephone formats are our samples, encoded", async () => {
  await using server = new TestServer({ script: spokenScript });
  for (const [format, encoding] of [["ulaw_8000", "mulaw"], ["alaw_8000", "alaw"]]) {
    const client = await openStream(server, `output_format=${format}`);
    send(client, { text: TEXT }, { text: "" });
    await client.closed;
    const ours = await nativeBytes(server, TEXT, `&encoding=${encoding}&sample_rate=8000`);
    assertEquals(bytesOf(client), ours);
  }
});

testWithFfmpeg("MP3 and Opus over a WebSocket decode to all of the audio", async () => {
  await using server = new TestServer({ script: spokenScript });
  const ms = "Hello there.How are you?".length * MS_PER_CHARACTER;
  for (
    const [format, rate, slack] of [["mp3_44100_128", 44.1, 2 * 1152 + 1105], [
      "opus_48000_64",
      48,
      0,
    ]] as const
  ) {
    const client = await openStream(server, `output_format=${format}`);
    send(client, { text: TEXT }, { text: "" });
    await client.closed;
    const { samples } = await decode(bytesOf(client));
    assert(Math.abs(samples.length - ms * rate) <= slack, `${format}: ${samples.length}`);
  }
});

testWithFfmpeg("a flush ends a file: all of its audio comes, and the context goes on", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openMulti(server, "");
  send(client, { text: "Hello there. ", context_id: "a", flush: true });
  const ms = "Hello there.".length * MS_PER_CHARACTER;
  const isWhole = async () => (await decode(bytesOf(client, "a"))).samples.length >= ms * 44.1;
  await until(() => server.facts.some(({ type }) => type === "utterance_ended"), "the flush");
  await until(() => charsOf(client, "a").length > 0, "the alignment");
  assert(await isWhole());
  send(client, { text: "Bye. ", context_id: "a", flush: true }, {
    context_id: "a",
    close_context: true,
  });
  await endOf(client, "a");
  const { samples } = await decode(bytesOf(client, "a"));
  assert(samples.length >= (ms + "Bye.".length * MS_PER_CHARACTER) * 44.1);
});

Deno.test("auto_mode speaks a phrase that has no end, and try_trigger_generation a long one", async () => {
  await using server = new TestServer({
    config: { stallMs: 60_000, earlyFirstClause: false },
    script: spokenScript,
  });
  const auto = await openStream(server, `${PCM}&auto_mode=true`);
  auto.send({ text: "on and on and " });
  await audioOf(auto);
  const urgent = await openStream(server);
  const words = "on and on and on and on and on and on and on and on and ";
  urgent.send({ text: words, try_trigger_generation: true });
  await audioOf(urgent);
  assertEquals(spoken(server), ["on and on and", words.trim()]);
});

Deno.test("chunk_length_schedule speaks long text before its sentence ends, at a word's end", async () => {
  await using server = new TestServer({
    config: { stallMs: 60_000, earlyFirstClause: false },
    script: spokenScript,
  });
  const client = await openStream(server);
  client.send({ text: " ", generation_config: { chunk_length_schedule: [50, 60] } });
  for (let count = 0; count < 13; count++) client.send({ text: "incessant " });
  await until(() => server.backend.counts.finished === 2, "two pieces");
  assertEquals(spoken(server), [
    "incessant ".repeat(5).trim(),
    "incessant ".repeat(6).trim(),
  ]);
});

Deno.test("speed of the first message reaches the voice", async () => {
  await using server = new TestServer({ script: spokenScript });
  const single = await openStream(server);
  send(single, { text: " ", voice_settings: { speed: 1.2 } }, { text: "Hi." }, { text: "" });
  await single.closed;
  const multi = await openMulti(server);
  send(
    multi,
    { text: " ", context_id: "a", voice_settings: { speed: 0.7 } },
    { text: "Hi.", context_id: "a", flush: true },
  );
  await audioOf(multi, "a");
  assertEquals(server.backend.requests.map(({ speed }) => speed), [1.2, 0.7]);
});

Deno.test("a context that is closed in mid-speech is silent at once", async () => {
  await using server = new TestServer({ config: { dialectLeadMs: 200 }, script: spokenScript });
  const client = await openMulti(server);
  client.send({ text: LONG, context_id: "a" });
  await audioOf(client, "a");
  client.send({ context_id: "a", close_context: true });
  await endOf(client, "a");
  const seconds = samplesOf(client, "a").length / 16_000;
  assert(seconds < LONG.length * MS_PER_CHARACTER / 2000, `${seconds} s were sent`);
  // What LiveKit sends behind it opens no other context.
  client.send({ text: "", context_id: "a", flush: true });
  await until(() => server.server.stats.sessions === 0, "the session's end");
  send(client, { text: "Hi.", context_id: "a", flush: true });
  await until(() => samplesOf(client, "a").length / 16_000 > seconds, "the next context");
});

Deno.test("a context that is closed while it is flushing finishes, without what came after", async () => {
  await using server = new TestServer({ config: { dialectLeadMs: 100 }, script: spokenScript });
  const client = await openMulti(server);
  const text = "One two three four. Five six seven eight. ";
  send(
    client,
    { text, context_id: "a", flush: true },
    { text: "Not this one. ", context_id: "a" },
    { context_id: "a", close_context: true },
  );
  await endOf(client, "a");
  assertEquals(samplesOf(client, "a"), await nativeAudio(server, text));
  client.send({ text: "", context_id: "b" });
  await until(() => server.server.stats.sessions === 0, "the session's end");
});

Deno.test("a sixth context of a connection closes it with 1008", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openMulti(server);
  for (let count = 1; count <= 6; count++) client.send({ text: " ", context_id: `c${count}` });
  assertEquals(await client.closed, { code: 1008, reason: "max_active_conversations" });
  assertEquals((await endOf(client, "c6")).error, "max_active_conversations");
  await assertNothingLeft(server);
});

Deno.test("NEW_CONTEXT_INTERRUPTS: a new context stops the one before, and its late text is dropped", async () => {
  const config = { newContextInterrupts: true, dialectLeadMs: 200 };
  await using server = new TestServer({ config, script: spokenScript });
  const client = await openMulti(server);
  client.send({ text: LONG, context_id: "a", flush: true });
  await audioOf(client, "a");
  send(client, { text: "Hi. ", context_id: "b", flush: true });
  assertEquals((await endOf(client, "a")).isFinal, true);
  send(client, { text: "Late. ", context_id: "a", flush: true }, {
    context_id: "b",
    close_context: true,
  });
  await endOf(client, "b");
  assertEquals(samplesOf(client, "b"), await nativeAudio(server, "Hi."));
  assertEquals(spoken(server).includes("Late."), false);
});

Deno.test("close_socket lets all contexts finish, then closes with 1000", async () => {
  await using server = new TestServer({ script: spokenScript });
  const client = await openMulti(server);
  send(client, { text: TEXT, context_id: "a" }, { text: "Hi. " }, { close_socket: true });
  assertEquals((await client.closed).code, 1000);
  assertEquals(samplesOf(client, "a"), await nativeAudio(server, TEXT));
  assertEquals(samplesOf(client), await nativeAudio(server, "Hi."));
  assertEquals([(await endOf(client, "a")).isFinal, (await endOf(client)).isFinal], [true, true]);
});

Deno.test("inactivity ends streams and contexts with an error, and an empty text keeps one", async () => {
  await using server = new TestServer({ script: spokenScript });
  const query = `${PCM}&inactivity_timeout=1`;
  const [stream, unused, multi] = [
    await openStream(server, query),
    await openMulti(server, query),
    await openMulti(server, query),
  ];
  send(multi, { text: " ", context_id: "a" }, { text: " ", context_id: "b" });
  const alive = setInterval(() => multi.send({ text: "", context_id: "b" }), 100);
  assertEquals((await endOf(multi, "a")).error, "input_timeout_exceeded");
  for (const client of [stream, unused]) {
    assertEquals((await client.closed).code, 1008);
    const { error, code } = messagesOf(client).at(-1)!;
    assertEquals([error, code], ["input_timeout_exceeded", 1008]);
  }
  assertEquals(messagesOf(multi, "b"), []);
  clearInterval(alive);
  multi.close();
  await assertNothingLeft(server);
});

Deno.test("a key may come in the first message, and nothing is done without one", async () => {
  await using server = new TestServer({ config: { apiKeys: [KEY] }, script: spokenScript });
  for (const open of [openStream, openMulti]) {
    for (const field of ["xi-api-key", "xi_api_key", "authorization"]) {
      const client = await open(server);
      send(client, { text: " ", [field]: KEY }, { text: "Hi. ", flush: true });
      await audioOf(client);
      client.close();
    }
    for (const key of [{}, { "xi-api-key": "wrong" }]) {
      const client = await open(server);
      client.send({ text: "Hi. ", ...key });
      assertEquals((await client.closed).code, 1008);
      assertEquals(messagesOf(client).map(({ error }) => error), ["invalid_api_key"]);
    }
    for (const name of ["single_use_token", "authorization"]) {
      const client = await open(server, `${PCM}&${name}=${KEY}`);
      send(client, { text: "Hi. ", flush: true });
      await audioOf(client);
      client.close();
    }
  }
  await assertNothingLeft(server);
});

Deno.test("handshakes that ask for what is not there are refused with what there is", async () => {
  await using server = new TestServer({ config: { unknownVoice: "error" } });
  const cases: [string, number, string][] = [
    ["one/stream-input?output_format=flac", 422, "it may be mp3_22050_32"],
    ["one/multi-stream-input?inactivity_timeout=181", 422, "from 1 to 180"],
    ["one/stream-input?inactivity_timeout=soon", 422, "from 1 to 180"],
    ["one/stream-input?auto_mode=maybe", 422, "true or false"],
    ["nobody/multi-stream-input", 404, "voice_not_found"],
    ["one/stream-input", 426, "this is a WebSocket"],
  ];
  for (const [path, status, words] of cases) {
    const response = await server.get(`/v1/text-to-speech/${path}`);
    assertEquals(response.status, status, path);
    assertStringIncludes(await response.text(), words);
  }
});

Deno.test("what a client cannot know about is taken: unknown parameters, Python's booleans", async () => {
  await using server = new TestServer({ script: spokenScript });
  const query = "model_id=a&language_code=en&enable_logging=true&enable_ssml_parsing=false&seed=1" +
    "&apply_text_normalization=auto&optimize_streaming_latency=4&auto_mode=True&any=thing";
  const client = await openStream(server, `${PCM}&${query}`);
  send(client, { text: "Hi. " }, { text: "" });
  assertEquals((await client.closed).code, 1000);
  assertEquals(samplesOf(client), await nativeAudio(server, "Hi."));
});

Deno.test("an error ends its context, and the others go on", async () => {
  await using server = new TestServer({
    config: { maxTextCharacters: 200 },
    script: spokenScript,
  });
  const client = await openMulti(server);
  send(
    client,
    { text: "Fail. ", context_id: "fails" },
    { text: "a".repeat(201), context_id: "long" },
    { text: 1, context_id: "bad" },
    { text: "Hi. ", context_id: "good", flush: true },
  );
  const errors = ["fails", "long", "bad"].map(async (id) => (await endOf(client, id)).error);
  assertEquals(await Promise.all(errors), [
    "synthesis_failed",
    "max_character_limit_exceeded",
    "invalid_input_message",
  ]);
  client.send({ context_id: "good", close_context: true });
  assertEquals((await endOf(client, "good")).isFinal, true);
  client.send("{");
  await until(() => messagesOf(client).length === 1, "an answer");
  assertEquals(messagesOf(client)[0]!.error, "invalid_input_message");
  await until(() => server.server.stats.sessions === 0, "the sessions' ends");
});

Deno.test("an error ends a stream-input, with the code that it tells", async () => {
  await using server = new TestServer({ config: { maxTextCharacters: 200 }, script: spokenScript });
  for (
    const [message, error, code] of [
      [{ text: "a".repeat(201) }, "max_character_limit_exceeded", 1008],
      [{ text: "Fail. ", flush: true }, "synthesis_failed", 1011],
      ["{", "invalid_input_message", 1008],
    ] as const
  ) {
    const client = await openStream(server);
    client.send(message);
    assertEquals((await client.closed).code, code);
    const last = client.received.at(-1) as Record<string, unknown>;
    assertEquals([last.error, last.code], [error, code]);
  }
  await assertNothingLeft(server);
});

Deno.test("a client of ElevenLabs' WebSockets that vanishes leaves nothing behind", async () => {
  await using server = new TestServer({ script: endlessScript });
  const clients = [await openStream(server), await openMulti(server)];
  for (const client of clients) {
    client.send({ text: LONG });
    await audioOf(client);
  }
  for (const client of clients) client.close();
  await assertNothingLeft(server);
});

Deno.test("a stopping server lets contexts finish, and tells those that it cuts off", async () => {
  await using server = new TestServer({ config: { dialectLeadMs: 100 }, script: spokenScript });
  const client = await openMulti(server);
  send(client, { text: LONG, context_id: "a", flush: true });
  send(client, { text: "Hi. ", context_id: "b", flush: true });
  send(client, { context_id: "b", close_context: true });
  await audioOf(client, "a");
  await endOf(client, "b");
  const stopped = server.server.stop(100);
  assertEquals((await endOf(client, "a")).error, "system_busy");
  assertEquals((await client.closed).code, 1001);
  await stopped;
});

Deno.test("a stopping server tells stream-input's client that it cuts off", async () => {
  await using server = new TestServer({ script: endlessScript });
  const client = await openStream(server);
  send(client, { text: LONG, flush: true });
  await audioOf(client);
  const stopped = server.server.stop(100);
  assertEquals((await endOf(client)).error, "system_busy");
  assertEquals((await client.closed).code, 1001);
  await stopped;
});

Deno.test("a message that is too large ends ElevenLabs' connection, and all of its contexts", async () => {
  await using server = new TestServer({
    script: endlessScript,
    config: { maxMessageBytes: 2_000 },
  });
  const client = await openMulti(server);
  send(client, { text: "Hi. ", context_id: "a", flush: true });
  await audioOf(client, "a");
  send(client, { text: "x".repeat(2_000), context_id: "b" });
  assertEquals((await endOf(client, "a")).code, 1009);
  assertEquals((await client.closed).code, 1009);
  await assertNothingLeft(server);
});
