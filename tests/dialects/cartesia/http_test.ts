/** Speech and voices over HTTP. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type Script, steadyScript } from "../../../src/backends/scripted.ts";
import { fromBytes } from "../../../src/lib/pcm/bytes.ts";
import { parseWav } from "../../../src/lib/pcm/wav.ts";
import { decode, testWithFfmpeg } from "../../helpers/ffmpeg.ts";
import { TestServer, until } from "../../helpers/server.ts";
import { assertNothingLeft, nativeAudio, nativeBytes } from "../helpers/audio.ts";
import { generation } from "./requests.ts";

const TEXT = "One two three four five. Six seven eight nine ten.";

const spoken: Script = ({ text }) => [{ audioMs: 30 * text.length, mark: text.length }];

function withFormat(output_format: Record<string, unknown>) {
  return generation({ transcript: TEXT, output_format });
}

// deno-lint-ignore no-explicit-any
type Event = Record<string, any>;

/** The events of a body, with the names that they came under. */
async function eventsOf(response: Response): Promise<Event[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => {
    const [, name, data] = /^event: (.*)\ndata: (.*)$/.exec(block)!;
    const event = JSON.parse(data!);
    assertEquals(event.type, name);
    return event;
  });
}

Deno.test("bytes: raw audio is ours, sample for sample", async () => {
  await using server = new TestServer({ script: spoken });
  const wanted = await nativeBytes(server, TEXT);
  const answer = await server.post("/tts/bytes", generation({ transcript: TEXT }));
  assertEquals([answer.status, answer.headers.get("content-type")], [200, "audio/pcm"]);
  assertEquals(await answer.bytes(), wanted);
  const mulaw = await nativeBytes(server, TEXT, "&encoding=mulaw&sample_rate=8000");
  const format = { container: "raw", encoding: "pcm_mulaw", sample_rate: 8_000 };
  assertEquals(await (await server.post("/tts/bytes", withFormat(format))).bytes(), mulaw);
  await assertNothingLeft(server);
});

Deno.test("bytes: a WAV file holds the same samples", async () => {
  await using server = new TestServer({ script: spoken });
  const wanted = await nativeAudio(server, TEXT);
  const format = { container: "wav", encoding: "pcm_s16le", sample_rate: 16_000 };
  const answer = await server.post("/tts/bytes", withFormat(format));
  assertEquals(answer.headers.get("content-type"), "audio/wav");
  const { sampleRate, channels, data } = parseWav(await answer.bytes());
  assertEquals([sampleRate, channels], [16_000, 1]);
  assertEquals(fromBytes(data), wanted);
  await assertNothingLeft(server);
});

testWithFfmpeg("bytes: MP3 and floating-point WAV decode to the right duration", async () => {
  await using server = new TestServer({ script: spoken });
  const wanted = (await nativeAudio(server, TEXT)).length / 16_000;
  const formats = [
    { container: "mp3", sample_rate: 44_100, bit_rate: 128_000 },
    { container: "mp3", sample_rate: 24_000, bit_rate: 64_000 },
    { container: "wav", encoding: "pcm_f32le", sample_rate: 44_100 },
    { container: "wav", encoding: "pcm_alaw", sample_rate: 8_000 },
  ];
  for (const format of formats) {
    const answer = await server.post("/tts/bytes", withFormat(format));
    const { samples, sampleRate } = await decode(await answer.bytes());
    assertEquals(sampleRate, format.sample_rate);
    // LAME fills the last frame (1152 samples at most) and adds 47 samples.
    const frameS = format.container === "mp3" ? (1152 + 47) / sampleRate : 0.001;
    assert(Math.abs(samples.length / sampleRate - wanted) < frameS, `${samples.length} samples`);
  }
  await assertNothingLeft(server);
});

Deno.test("bytes: what cannot be used is refused in Cartesia's words", async () => {
  await using server = new TestServer({
    config: { unknownVoice: "error", maxTextCharacters: 60 },
    script: spoken,
  });
  const mp3 = { container: "mp3", sample_rate: 8_000, bit_rate: 192_000 };
  const cases: [object, string, string][] = [
    [generation({ transcript: " " }), "bad_message", "transcript is empty"],
    [generation({ voice: "nobody" }), "bad_message", "it may be one, two"],
    [generation({ output_format: null }), "bad_message", "output_format is missing"],
    [withFormat(mp3), "bad_message", "it may be 32000, 40000, 48000, 56000, 64000"],
    [withFormat({ ...mp3, bit_rate: 1 }), "bad_message", "output_format.bit_rate cannot be 1"],
    [generation({ transcript: "..." }), "bad_message", "transcript has nothing in it"],
    [generation({ transcript: TEXT + TEXT }), "text_too_long", "transcript may have 60 characters"],
    [[], "bad_json", "not a JSON object"],
  ];
  for (const [body, code, words] of cases) {
    const answer = await server.post("/tts/bytes", body);
    const error = await answer.json();
    assertEquals([answer.status, error.error_code], [400, code]);
    assertStringIncludes(error.message, words);
    assertEquals(Object.keys(error), ["error_code", "title", "message", "request_id"]);
    assert(error.title !== "" && error.request_id !== "");
    assertEquals(answer.headers.get("x-request-id"), error.request_id);
  }
  await assertNothingLeft(server);
});

Deno.test("bytes and SSE: a body that is too large, a missing key and a full server are refused", async () => {
  await using server = new TestServer({
    config: { apiKeys: ["secret"], maxMessageBytes: 1_024, maxSessions: 1 },
    script: steadyScript({ audioMs: 60_000 }),
  });
  const key = { "x-api-key": "secret" };
  for (const path of ["/tts/bytes", "/tts/sse"]) {
    const stranger = await server.post(path, generation());
    assertEquals([stranger.status, (await stranger.json()).error_code], [401, "unauthorized"]);
    const large = await server.post(path, generation({ transcript: "x".repeat(2_000) }), key);
    assertEquals([large.status, (await large.json()).title], [413, "Message too large"]);
  }
  const running = await server.post("/tts/bytes", generation(), key);
  const full = await server.post("/tts/sse", generation(), key);
  assertEquals([full.status, full.headers.get("retry-after")], [503, "5"]);
  assertEquals((await full.json()).title, "Service unavailable");
  await running.body!.cancel();
  await assertNothingLeft(server);
});

Deno.test("bytes: a failure before the first audio is an error, and a later one breaks the body off", async () => {
  await using server = new TestServer({
    script: ({ text }) => text === "Bad." ? [{ fail: "no such sound" }] : [{ audioMs: 100 }],
  });
  const first = await server.post("/tts/bytes", generation({ transcript: "Bad. Good." }));
  assertEquals([first.status, (await first.json()).error_code], [500, "synthesis_failed"]);
  const later = await server.post("/tts/bytes", generation({ transcript: "Good. Bad." }));
  assertEquals(later.status, 200);
  await assertRejects(() => later.bytes());
  await assertNothingLeft(server);
});

Deno.test("SSE: chunks and timestamps come as events, and done is the last", async () => {
  await using server = new TestServer({
    script: ({ text }) => [
      { words: [{ start: 0, end: text.length - 1, startMs: 0, endMs: 250 }] },
      { audioMs: 500, mark: text.length },
    ],
  });
  const wanted = await nativeBytes(server, "Hello. There.");
  const fields = { transcript: "Hello. There.", add_timestamps: true, context_id: "mine" };
  const answer = await server.post("/tts/sse", generation(fields));
  assertEquals(answer.headers.get("content-type"), "text/event-stream");
  const events = await eventsOf(answer);
  assert(events.every(({ context_id, status_code }) => context_id === "mine" && status_code < 300));
  const chunks = events.filter(({ type }) => type === "chunk");
  assert(chunks.every(({ done, step_time }) => done === false && step_time >= 0));
  const parts = chunks.map(({ data }) => Uint8Array.fromBase64(data));
  assertEquals(await new Blob(parts).bytes(), wanted);
  const timestamps = events.filter(({ type }) => type === "timestamps");
  assertEquals(timestamps.map(({ word_timestamps }) => word_timestamps), [
    { words: ["Hello"], start: [0], end: [0.25] },
    { words: ["There"], start: [0.5], end: [0.75] },
  ]);
  assertEquals(events.at(-1), {
    type: "done",
    done: true,
    status_code: 200,
    context_id: "mine",
  });
  await assertNothingLeft(server);
});

Deno.test("SSE: a failure after the first audio is the last event, and done does not come", async () => {
  await using server = new TestServer({
    script: ({ text }) => text === "Bad." ? [{ fail: "no such sound" }] : [{ audioMs: 100 }],
  });
  const answer = await server.post("/tts/sse", generation({ transcript: "Good. Bad." }));
  const events = await eventsOf(answer);
  const error = events.at(-1)!;
  assertEquals([error.type, error.status_code, error.done], ["error", 500, true]);
  assert(error.request_id !== "" && !("context_id" in error));
  assertEquals(events.filter(({ done }) => done).length, 1);
  await assertNothingLeft(server);
});

Deno.test("SSE: only raw audio can be had", async () => {
  await using server = new TestServer();
  const format = { container: "mp3", sample_rate: 44_100, bit_rate: 128_000 };
  const answer = await server.post("/tts/sse", withFormat(format));
  assertEquals(answer.status, 400);
  assertStringIncludes((await answer.json()).message, "it may be raw");
});

Deno.test("a client that goes away ends its speech", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 60_000, chunks: 10 }) });
  for (const path of ["/tts/bytes", "/tts/sse"]) {
    const answer = await server.post(path, generation());
    const reader = answer.body!.getReader();
    await reader.read();
    await until(() => server.server.stats.sessions === 1, "the session");
    await reader.cancel();
    await assertNothingLeft(server);
  }
});

Deno.test("voices come in pages", async () => {
  await using server = new TestServer();
  const page = async (query: string) => {
    const answer = await server.get(`/voices${query}`);
    assertEquals(answer.status, 200);
    const { data, has_more, next_page } = await answer.json();
    return [data.map(({ id }: { id: string }) => id), has_more, next_page];
  };
  assertEquals(await page(""), [["one", "two"], false, null]);
  assertEquals(await page("?limit=1"), [["one"], true, "one"]);
  assertEquals(await page("?limit=1&starting_after=one"), [["two"], false, null]);
  assertEquals(await page("?starting_after=two"), [[], false, null]);
  assertEquals(await page("?limit=1&ending_before=two"), [["one"], false, null]);
  assertEquals(await page("?q=VOICE+TWO"), [["two"], false, null]);
  assertEquals(await page("?q=nobody&expand[]=preview_file_url"), [[], false, null]);
  assertEquals(await page("?is_owner=false"), [["one", "two"], false, null]);
  assertEquals(await page("?is_owner=true"), [[], false, null]);
  assertEquals(await page("?gender=feminine"), [[], false, null]);
});

Deno.test("parameters of the list of voices are checked", async () => {
  await using server = new TestServer();
  const cases: [string, string][] = [
    ["limit=0", "limit must be a number from 1 to 100"],
    ["limit=many", "limit must be a number"],
    ["starting_after=nobody", "the list has no such voice"],
    ["starting_after=one&ending_before=two", "beside starting_after"],
    ["gender=none", "it may be masculine, feminine, gender_neutral"],
  ];
  for (const [query, words] of cases) {
    const answer = await server.get(`/voices?${query}`);
    assertEquals(answer.status, 400);
    assertStringIncludes((await answer.json()).message, words);
  }
});

Deno.test("one voice is found by its id or another name, and others are not", async () => {
  await using server = new TestServer({
    config: { voiceMap: new Map([["katie", "two"]]), apiKeys: ["secret"] },
  });
  const get = (path: string) => server.get(path, { authorization: "Bearer secret" });
  const one = await (await get("/voices/one")).json();
  assertEquals([one.id, one.name, one.language], ["one", "one", "en"]);
  assertEquals(one.locales, [{ locale: "en-US", is_native: true }]);
  assert(!Number.isNaN(Date.parse(one.created_at)));
  const katie = await (await get("/voices/katie")).json();
  assertEquals([katie.id, katie.description], ["katie", "scripted voice two"]);
  const nobody = await get("/voices/nobody");
  assertEquals([nobody.status, (await nobody.json()).error_code], [404, "not_found"]);
  for (const path of ["/voices", "/voices/one"]) {
    const stranger = await server.get(path);
    assertEquals([stranger.status, (await stranger.json()).error_code], [401, "unauthorized"]);
  }
});

Deno.test("Cartesia's answers name the request in their headers", async () => {
  await using server = new TestServer({ script: spoken });
  const answers = [
    await server.post("/tts/bytes", generation()),
    await server.post("/tts/sse", generation()),
    await server.get("/voices"),
    await server.get("/voices/nobody"),
  ];
  const ids = answers.map(({ headers }) => headers.get("cartesia-request-id"));
  assertEquals(answers.map(({ headers }) => headers.get("x-request-id")), ids);
  assertEquals(new Set(ids).size, answers.length);
  assert(!ids.includes(null));
  for (const answer of answers) await answer.body?.cancel();
  await assertNothingLeft(server);
});
