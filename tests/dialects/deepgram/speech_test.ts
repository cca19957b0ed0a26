/** Deepgram's `POST /v1/speak` and `POST /v2/speak`. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { Script } from "../../../src/backends/scripted.ts";
import { parseWav } from "../../../src/lib/pcm/wav.ts";
import { decode, probe, testWithFfmpeg } from "../../helpers/ffmpeg.ts";
import { seriesOf } from "../../helpers/scrape.ts";
import { TestServer, until } from "../../helpers/server.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";

const TEXT = "Hello there, everybody. How are you today?";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** A text sounds the same every time. */
const byText: Script = ({ text }) => [{ audioMs: 100 + text.length, mark: text.length }];

/** The first sentence has some audio; what comes then is up to the test. */
function firstThen(step: { fail: string } | { stall: true }): Script {
  return (_request, call) => [call === 0 ? { audioMs: 400 } : step];
}

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  assertEquals(response.status, 200, response.statusText);
  return new Uint8Array(await response.arrayBuffer());
}

const SAMPLES = [
  { encoding: "linear16", rate: 24_000, native: "pcm_s16le", type: "audio/l16;rate=24000" },
  { encoding: "linear16", rate: 16_000, native: "pcm_s16le", type: "audio/l16;rate=16000" },
  { encoding: "mulaw", rate: 8_000, native: "mulaw", type: "audio/mulaw;rate=8000" },
  { encoding: "alaw", rate: 16_000, native: "alaw", type: "audio/alaw;rate=16000" },
];

for (const { encoding, rate, native, type } of SAMPLES) {
  Deno.test(`Deepgram's ${encoding} at ${rate} Hz is what a native client hears, bare and as wav`, async () => {
    await using server = new TestServer({ script: byText });
    const wanted = await nativeBytes(server, TEXT, `&encoding=${native}&sample_rate=${rate}`);
    const post = (container: string) => {
      const query = new URLSearchParams({ encoding, sample_rate: String(rate), container });
      return server.post(`/v1/speak?model=one&${query}`, { text: TEXT });
    };
    const bare = await post("none");
    assertEquals(bare.headers.get("content-type"), type);
    assertEquals(await bytesOf(bare), wanted);
    const file = await post("wav");
    assertEquals(file.headers.get("content-type"), "audio/wav");
    const wav = parseWav(await bytesOf(file));
    assertEquals([wav.format, wav.sampleRate, wav.data], [native, rate, wanted]);
    await assertNothingLeft(server);
  });
}

/** Silence after the audio, in ms: what fills an MP3's last frame, of 576 samples and LAME's 47 more. */
const FILES = [
  { query: "", type: "audio/mpeg", rate: 22_050, silence: { from: 0, to: 29 } },
  {
    query: "encoding=mp3&bit_rate=32000",
    type: "audio/mpeg",
    rate: 22_050,
    silence: { from: 0, to: 29 },
  },
  {
    query: "encoding=opus",
    type: "audio/ogg;codecs=opus",
    rate: 48_000,
    silence: { from: 0, to: 0 },
  },
  {
    query: "encoding=opus&bit_rate=6000",
    type: "audio/ogg;codecs=opus",
    rate: 48_000,
    silence: { from: 0, to: 0 },
  },
  {
    query: "encoding=opus&bit_rate=256000",
    type: "audio/ogg;codecs=opus",
    rate: 48_000,
    silence: { from: 0, to: 0 },
  },
  { query: "encoding=flac", type: "audio/flac", rate: 24_000, silence: { from: 0, to: 0 } },
  {
    query: "encoding=flac&sample_rate=48000",
    type: "audio/flac",
    rate: 48_000,
    silence: { from: 0, to: 0 },
  },
];

for (const { query, type, rate, silence } of FILES) {
  testWithFfmpeg(`Deepgram's file with "${query}" decodes to all of the audio`, async () => {
    await using server = new TestServer({ script: byText });
    const response = await server.post(`/v1/speak?${query}`, { text: TEXT });
    assertEquals(response.headers.get("content-type"), type);
    const { samples, sampleRate } = await decode(await bytesOf(response));
    assertEquals(sampleRate, rate);
    const native = await nativeBytes(server, TEXT);
    const moreMs = samples.length * 1000 / sampleRate - native.length / 32;
    assert(moreMs >= silence.from - 0.1 && moreMs <= silence.to + 0.1, `${moreMs} ms more`);
    await assertNothingLeft(server);
  });
}

testWithFfmpeg("Deepgram's bit_rate is that of the mp3", async () => {
  await using server = new TestServer({ script: byText });
  for (const rate of [32_000, 48_000]) {
    const response = await server.post(`/v1/speak?bit_rate=${rate}`, { text: TEXT });
    assertEquals((await probe(await bytesOf(response))).bitrate, rate);
  }
});

Deno.test("Deepgram's answer names the request, the voice that speaks and the characters", async () => {
  await using server = new TestServer({
    config: { voiceMap: new Map([["aura-2-thalia-en", "two"]]) },
  });
  const response = await server.post("/v1/speak?model=aura-2-thalia-en", { text: TEXT });
  const { headers } = response;
  await bytesOf(response);
  assertEquals(headers.get("dg-model-name"), "two");
  assertEquals(headers.get("dg-char-count"), String(TEXT.length));
  assert(UUID.test(headers.get("dg-model-uuid")!));
  assert(headers.get("dg-request-id")!.length > 0);
  assertStringIncludes(headers.get("access-control-expose-headers")!, "dg-request-id");
  assertEquals(server.backend.requests.map(({ voice }) => voice), ["two", "two"]);
});

Deno.test("Deepgram's speed reaches the engine, and its versions are told apart in the metrics", async () => {
  await using server = new TestServer();
  await bytesOf(await server.post("/v1/speak?speed=0.7", { text: "One." }));
  await bytesOf(await server.post("/v2/speak?model=one&speed=1.15", { text: "Two." }));
  assertEquals(server.backend.requests.map(({ speed }) => speed), [0.7, 1.15]);
  const series = seriesOf(await (await server.get("/metrics")).text());
  const dialects = [...series.keys()].filter((name) => name.includes('dialect="deepgram'));
  assert(dialects.some((name) => name.includes('dialect="deepgram"')), dialects.join());
  assert(dialects.some((name) => name.includes('dialect="deepgram_flux"')), dialects.join());
});

/** What is refused: where, with what body, and how. */
const REFUSALS: readonly {
  readonly why: string;
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
  readonly code: string;
  readonly message: string;
}[] = [
  {
    why: "an unknown model",
    path: "/v1/speak?model=aura-2-nobody-en",
    body: { text: TEXT },
    status: 400,
    code: "Bad Request",
    message: "No such model/version combination found: model cannot be " +
      '"aura-2-nobody-en"; it may be one, two',
  },
  {
    why: "an impossible format",
    path: "/v1/speak?encoding=linear16&sample_rate=12345",
    body: { text: TEXT },
    status: 400,
    code: "INVALID_QUERY_PARAMETER",
    message: "sample_rate cannot be 12345 when encoding=linear16; it may be 24000, 8000, 16000, " +
      "32000, 44100, 48000",
  },
  {
    why: "aac",
    path: "/v1/speak?encoding=aac",
    body: { text: TEXT },
    status: 400,
    code: "INVALID_QUERY_PARAMETER",
    message: 'encoding cannot be "aac": there is no encoder for it here; it may be mp3, ' +
      "linear16, mulaw, alaw, opus, flac",
  },
  {
    why: "a long text",
    path: "/v1/speak",
    body: { text: "a".repeat(2_001) },
    status: 413,
    code: "Payload Too Large",
    message: "text may have 2000 characters; it has 2001",
  },
  {
    why: "a text that is long for the server",
    path: "/v2/speak?model=one",
    body: { text: "a".repeat(3_001) },
    status: 413,
    code: "Payload Too Large",
    message: "text may have 3000 characters; it has 3001",
  },
  {
    why: "a text for which there is no room",
    path: "/v2/speak?model=one",
    body: { text: "a".repeat(2_900) },
    status: 503,
    code: "Service Unavailable",
    message: "2900 characters would wait to be spoken; a session may have 2800 waiting",
  },
  {
    why: "an empty text",
    path: "/v1/speak",
    body: { text: "" },
    status: 400,
    code: "PAYLOAD_ERROR",
    message: "text contains no characters",
  },
  {
    why: "no text",
    path: "/v1/speak",
    body: {},
    status: 400,
    code: "PAYLOAD_ERROR",
    message: "text is missing",
  },
  {
    why: "a body that is none",
    path: "/v1/speak",
    body: [],
    status: 400,
    code: "PAYLOAD_ERROR",
    message: "the body is not a JSON object",
  },
  {
    why: "a large body",
    path: "/v1/speak",
    body: { text: "a".repeat(10_001) },
    status: 413,
    code: "PAYLOAD_TOO_LARGE",
    message: "the body may have 10000 bytes",
  },
];

for (const { why, path, body, status, code, message } of REFUSALS) {
  Deno.test(`a request of Deepgram's clients with ${why} is refused in Deepgram's words`, async () => {
    const config = {
      unknownVoice: "error",
      maxTextCharacters: 3_000,
      maxPendingCharacters: 2_800,
      maxMessageBytes: 10_000,
    } as const;
    await using server = new TestServer({ config });
    const response = await server.post(path, body);
    const { request_id, ...error } = await response.json();
    assertEquals([response.status, error], [status, { err_code: code, err_msg: message }]);
    assertEquals(response.headers.get("dg-request-id"), request_id);
    assertEquals(response.headers.get("dg-error"), message);
    await assertNothingLeft(server);
  });
}

Deno.test("without its key a request of Deepgram's clients is refused, with one it is served", async () => {
  await using server = new TestServer({ config: { apiKeys: ["secret"] } });
  const post = (authorization: string) =>
    server.post("/v1/speak", { text: "One." }, { authorization });
  const refused = await post("Token wrong");
  assertEquals(refused.status, 401);
  assertEquals((await refused.json()).err_code, "INVALID_AUTH");
  for (const scheme of ["Token", "Bearer"]) await bytesOf(await post(`${scheme} secret`));
});

Deno.test("a full server refuses Deepgram's clients with 503 and retry-after", async () => {
  await using server = new TestServer({ config: { maxSessions: 1 } });
  const client = await server.connect();
  const refused = await server.post("/v1/speak", { text: "One." });
  assertEquals([refused.status, refused.headers.get("retry-after")], [503, "5"]);
  assertEquals((await refused.json()).err_code, "Service Unavailable");
  client.close();
  await assertNothingLeft(server);
});

Deno.test("a header tells Deepgram's clients a refusal in ASCII", async () => {
  await using server = new TestServer({ config: { unknownVoice: "error" } });
  const response = await server.post("/v1/speak?model=gr%C3%BCn", { text: "One." });
  assertStringIncludes(response.headers.get("dg-error")!, '"gr?n"');
  assertStringIncludes((await response.json()).err_msg, '"grün"');
});

Deno.test("Deepgram's speech begins with the first sentence, and ends when its client leaves", async () => {
  await using server = new TestServer({ script: firstThen({ stall: true }) });
  const response = await server.post("/v1/speak?encoding=linear16&container=none", { text: TEXT });
  const reader = response.body!.getReader();
  assert((await reader.read()).value!.length > 0);
  await reader.cancel();
  await until(() => server.backend.counts.active === 0, "the synthesis to be cancelled");
  await assertNothingLeft(server);
});

Deno.test("Deepgram's speech that fails at once is an error, and half-way it breaks off", async () => {
  await using server = new TestServer({ script: () => [{ fail: "no such sound" }] });
  const failed = await server.post("/v1/speak", { text: TEXT });
  assertEquals([failed.status, (await failed.json()).err_code], [500, "INTERNAL_SERVER_ERROR"]);
  await assertNothingLeft(server);
  await using half = new TestServer({ script: firstThen({ fail: "no such sound" }) });
  const broken = await half.post("/v1/speak?encoding=linear16", { text: TEXT });
  assertEquals(broken.status, 200);
  await assertRejects(() => broken.arrayBuffer());
  await assertNothingLeft(half);
});

testWithFfmpeg(
  "a text of Deepgram's clients with nothing to speak in it is an empty file",
  async () => {
    await using server = new TestServer();
    const speech = async (query: string) =>
      await bytesOf(await server.post(`/v1/speak?${query}`, { text: "..." }));
    for (const encoding of ["mp3", "flac", "opus", "linear16", "mulaw"]) {
      const { samples, sampleRate } = await decode(await speech(`encoding=${encoding}`));
      assert(samples.length / sampleRate < 0.2, encoding);
    }
    assertEquals(parseWav(await speech("encoding=linear16")).data.length, 0);
    assertEquals((await speech("encoding=linear16&container=none")).length, 0);
    await assertNothingLeft(server);
  },
);
