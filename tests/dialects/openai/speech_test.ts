import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Script } from "../../../src/backends/scripted.ts";
import { decode, testWithFfmpeg } from "../../helpers/ffmpeg.ts";
import { TestServer, until } from "../../helpers/server.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";

const PATH = "/v1/audio/speech";
const TEXT = "Hello there, everybody. How are you today?";
const SPEECH = { model: "tts-1", input: TEXT, voice: "one" };

/** A text sounds the same every time. */
const byText: Script = ({ text }) => [{ audioMs: 100 + text.length, mark: text.length }];

/** The first sentence has some audio; those after it never come. */
const stuckAfterFirst: Script = function* (_request, call) {
  if (call === 0) yield { audioMs: 400 };
  else yield { stall: true };
};

/** The first sentence has some audio; the second fails. */
const failsAfterFirst: Script = function* (_request, call) {
  if (call === 0) yield { audioMs: 400 };
  else yield { fail: "the engine has gone" };
};

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  assertEquals(response.status, 200, response.statusText);
  return new Uint8Array(await response.arrayBuffer());
}

async function errorOf(response: Response) {
  const { error } = await response.json();
  assertEquals(Object.keys(error).sort(), ["code", "message", "param", "type"]);
  return error;
}

Deno.test("OpenAI's speech as pcm is what a native client hears at 24 kHz, sample for sample", async () => {
  await using server = new TestServer({ script: byText });
  const response = await server.post(PATH, { ...SPEECH, response_format: "pcm" });
  assertEquals(response.headers.get("content-type"), "audio/pcm");
  assertEquals(await bytesOf(response), await nativeBytes(server, TEXT, "&sample_rate=24000"));
  await assertNothingLeft(server);
});

/** What fills an MP3's last frame, of 576 samples and LAME's 47 more, in ms. */
const MP3_SILENCE = { from: 0, to: 26 };

const FILES = [
  { format: "mp3", contentType: "audio/mpeg", silence: MP3_SILENCE },
  { format: "opus", contentType: "audio/ogg", silence: { from: 0, to: 0 } },
  { format: "flac", contentType: "audio/flac", silence: { from: 0, to: 0 } },
  { format: "wav", contentType: "audio/wav", silence: { from: 0, to: 0 } },
];

for (const { format, contentType, silence } of FILES) {
  testWithFfmpeg(`OpenAI's speech as ${format} decodes to all of the audio`, async () => {
    await using server = new TestServer({ script: byText });
    const response = await server.post(PATH, { ...SPEECH, response_format: format });
    assertEquals(response.headers.get("content-type"), contentType);
    const { samples, sampleRate } = await decode(await bytesOf(response));
    const native = await nativeBytes(server, TEXT, "&sample_rate=24000");
    const moreMs = samples.length * 1000 / sampleRate - native.length / 48;
    assert(moreMs >= silence.from - 0.1 && moreMs <= silence.to + 0.1, `${moreMs} ms more`);
    await assertNothingLeft(server);
  });
}

Deno.test("OpenAI's speech is an mp3 where no format is named", async () => {
  await using server = new TestServer();
  const response = await server.post(PATH, SPEECH);
  assertEquals(response.headers.get("content-type"), "audio/mpeg");
  await response.body?.cancel();
});

Deno.test("OpenAI's speech in server-sent events is the same audio, and tells what was used", async () => {
  await using server = new TestServer({ script: byText });
  const wanted = { ...SPEECH, response_format: "pcm", stream_format: "sse" };
  const response = await server.post(PATH, wanted);
  assertEquals(response.headers.get("content-type"), "text/event-stream");
  const events = parseEvents(await response.text());
  const done = events.pop();
  const parts = events.map((event) => {
    assertEquals(event.type, "speech.audio.delta");
    return Uint8Array.fromBase64(event.audio);
  });
  const pcm = new Uint8Array(await new Blob(parts).arrayBuffer());
  assertEquals(pcm, await nativeBytes(server, TEXT, "&sample_rate=24000"));
  assertEquals(done, {
    type: "speech.audio.done",
    usage: { input_tokens: 11, output_tokens: 5, total_tokens: 16 },
  });
});

Deno.test("OpenAI's speech begins with the first sentence, and ends when its client leaves", async () => {
  await using server = new TestServer({ script: stuckAfterFirst });
  const response = await server.post(PATH, { ...SPEECH, response_format: "pcm" });
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  assert(value !== undefined && value.length > 0);
  await until(() => server.backend.counts.started === 2, "the second sentence to begin");
  await reader.cancel();
  await assertNothingLeft(server);
  assertEquals(server.backend.counts.cancelled, 1);
});

Deno.test("OpenAI's speech that fails half-way breaks off", async () => {
  await using server = new TestServer({ script: failsAfterFirst });
  const response = await server.post(PATH, { ...SPEECH, response_format: "pcm" });
  assertEquals(response.status, 200);
  await assertRejects(() => response.arrayBuffer());
  await assertNothingLeft(server);
});

Deno.test("OpenAI's speech in server-sent events that fails half-way tells the error", async () => {
  await using server = new TestServer({ script: failsAfterFirst });
  const wanted = { ...SPEECH, response_format: "pcm", stream_format: "sse" };
  const events = parseEvents(await (await server.post(PATH, wanted)).text());
  const { error } = events.pop()!;
  assertEquals([error.type, error.code], ["server_error", "synthesis_failed"]);
  assert(events.length > 0);
  assert(events.every((event) => event.type === "speech.audio.delta"));
  await assertNothingLeft(server);
});

Deno.test("OpenAI's speech that fails at once is answered with 500", async () => {
  await using server = new TestServer({
    script: function* () {
      yield { fail: "the engine has gone" };
    },
  });
  const response = await server.post(PATH, SPEECH);
  assertEquals(response.status, 500);
  assertEquals((await errorOf(response)).type, "server_error");
  await assertNothingLeft(server);
});

Deno.test("OpenAI's client without a valid key is answered with 401", async () => {
  await using server = new TestServer({ config: { apiKeys: ["sk-right"] } });
  for (const headers of [{}, { authorization: "Bearer sk-wrong" }]) {
    const response = await server.post(PATH, SPEECH, headers as Record<string, string>);
    assertEquals(response.status, 401);
    assertEquals((await errorOf(response)).code, "invalid_api_key");
  }
  const response = await server.post(PATH, SPEECH, { authorization: "Bearer sk-right" });
  assert((await bytesOf(response)).length > 0);
});

Deno.test("OpenAI's client that finds the server full is answered with 503 and retry-after", async () => {
  await using server = new TestServer({ config: { maxSessions: 1 } });
  await server.connect();
  const response = await server.post(PATH, SPEECH);
  assertEquals(response.status, 503);
  assertEquals(response.headers.get("retry-after"), "5");
  assertEquals((await errorOf(response)).type, "server_error");
});

Deno.test("OpenAI's client that names an unknown voice gets the default one, or 400", async () => {
  await using server = new TestServer();
  assert((await bytesOf(await server.post(PATH, { ...SPEECH, voice: "alloy" }))).length > 0);
  assertEquals(server.backend.requests[0]!.voice, "one");
  await using strict = new TestServer({ config: { unknownVoice: "error" } });
  const response = await strict.post(PATH, { ...SPEECH, voice: "alloy" });
  assertEquals(response.status, 400);
  const error = await errorOf(response);
  assertEquals(error.param, "voice");
  assertStringIncludes(error.message, "one, two");
});

Deno.test("OpenAI's voice map and speed reach the engine", async () => {
  await using server = new TestServer({ config: { voiceMap: new Map([["alloy", "two"]]) } });
  await bytesOf(await server.post(PATH, { ...SPEECH, voice: { id: "alloy" }, speed: 1.5 }));
  const { voice, speed } = server.backend.requests[0]!;
  assertEquals([voice, speed], ["two", 1.5]);
});

Deno.test("OpenAI's client that posts what is no JSON, or too much of it, is answered with 400", async () => {
  await using server = new TestServer();
  const posted = (body: string) => fetch(`http://${server.host}${PATH}`, { method: "POST", body });
  const noJson = await posted("hello");
  assertEquals([noJson.status, (await errorOf(noJson)).code], [400, "bad_json"]);
  const tooLarge = await posted(JSON.stringify({ ...SPEECH, foo: "a".repeat(200_000) }));
  assertEquals([tooLarge.status, (await errorOf(tooLarge)).code], [400, "too_large"]);
});

testWithFfmpeg(
  "a text of OpenAI's client with nothing to speak in it is an empty file",
  async () => {
    await using server = new TestServer();
    const speech = (fields: object) => server.post(PATH, { ...SPEECH, input: "🙂", ...fields });
    for (const response_format of ["mp3", "opus", "flac", "wav"]) {
      const { samples } = await decode(await bytesOf(await speech({ response_format })));
      assert(samples.length < 0.2 * 24_000, response_format);
    }
    assertEquals((await bytesOf(await speech({ response_format: "pcm" }))).length, 0);
    const events = await (await speech({ response_format: "pcm", stream_format: "sse" })).text();
    assertStringIncludes(events, '"type":"speech.audio.done"');
    await assertNothingLeft(server);
  },
);

Deno.test("OpenAI's client whose input is too long for the server hears of input", async () => {
  await using server = new TestServer({ config: { maxTextCharacters: 20 } });
  const { code, param, message } = await errorOf(await server.post(PATH, SPEECH));
  assertEquals([code, param], ["string_above_max_length", "input"]);
  assertEquals(message, `input may have 20 characters; it has ${TEXT.length}`);
});

Deno.test("OpenAI's answers name the request as the log does, and its speech has a dialect", async () => {
  await using server = new TestServer();
  const response = await server.post(PATH, SPEECH);
  assert(response.headers.get("x-request-id"));
  await response.body?.cancel();
  const started = server.facts.find((fact) => fact.type === "session_started");
  assertEquals(started?.type === "session_started" && started.dialect, "openai");
});

Deno.test("OpenAI's speech is part of the trace that its request names", async () => {
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  await using server = new TestServer();
  await bytesOf(await server.post(PATH, SPEECH, { traceparent }));
  const started = server.facts.find((fact) => fact.type === "session_started");
  assertEquals(started?.type === "session_started" && started.traceparent, traceparent);
});

// deno-lint-ignore no-explicit-any
function parseEvents(body: string): any[] {
  return body.split("\n\n").slice(0, -1).map((event) => JSON.parse(event.slice("data: ".length)));
}
