/** Speech over HTTP, as ElevenLabs has it. */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { outputFormatNames } from "../../../src/dialects/elevenlabs/output_format.ts";
import { fromBytes } from "../../../src/lib/pcm/bytes.ts";
import { parseWav } from "../../../src/lib/pcm/wav.ts";
import { decode, testWithFfmpeg } from "../../helpers/ffmpeg.ts";
import { TestServer, until } from "../../helpers/server.ts";
import { assertNothingLeft, nativeAudio, nativeBytes } from "../helpers/audio.ts";
import { endlessScript, MS_PER_CHARACTER, spokenScript } from "./scripts.ts";

const TEXT = "Hello there. How are you?";
const KEY = "a-key-of-sixteen-characters";

/** Speech of voice `one`. */
async function speak(
  server: TestServer,
  path: string,
  body: object = { text: TEXT },
): Promise<Response> {
  return await server.post(`/v1/text-to-speech/one${path}`, body);
}

async function bytesOf(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  assertEquals(response.status, 200);
  return new Uint8Array(await response.arrayBuffer());
}

for (const path of ["", "/stream"]) {
  Deno.test(`ElevenLabs' speech at "${path}" is ours, sample for sample`, async () => {
    await using server = new TestServer({ script: spokenScript });
    const response = await speak(server, `${path}?output_format=pcm_16000`);
    assertEquals(response.headers.get("content-type"), "audio/pcm");
    assertEquals(fromBytes(await bytesOf(response)), await nativeAudio(server, TEXT));
    await assertNothingLeft(server);
  });
}

Deno.test("ElevenLabs' answer tells the characters and the request", async () => {
  await using server = new TestServer({ script: spokenScript });
  const response = await speak(server, "");
  const { headers } = response;
  assertEquals(headers.get("character-cost"), String(TEXT.length));
  assertEquals(headers.get("request-id"), headers.get("x-request-id"));
  assertEquals(headers.get("content-type"), "audio/mpeg");
  await response.arrayBuffer();
});

Deno.test("ElevenLabs' telephone formats and wav hold our samples", async () => {
  await using server = new TestServer({ script: spokenScript });
  for (const [format, encoding] of [["ulaw_8000", "mulaw"], ["alaw_8000", "alaw"]]) {
    const ours = await nativeBytes(server, TEXT, `&encoding=${encoding}&sample_rate=8000`);
    assertEquals(await bytesOf(await speak(server, `?output_format=${format}`)), ours, format);
  }
  const wav = parseWav(await bytesOf(await speak(server, "?output_format=wav_48000")));
  assertEquals(wav.sampleRate, 48_000);
  assertEquals(wav.data, await nativeBytes(server, TEXT, "&sample_rate=48000"));
});

testWithFfmpeg("every output format of ElevenLabs decodes to all of the audio", async () => {
  await using server = new TestServer({ script: spokenScript });
  const ms = TEXT.replace(" How", "How").length * MS_PER_CHARACTER;
  for (const name of outputFormatNames) {
    const [codec, rate] = name.split("_") as [string, string];
    const sampleRate = Number(rate);
    const bytes = await bytesOf(await speak(server, `/stream?output_format=${name}`));
    const raws: Record<string, string> = { pcm: "s16le", ulaw: "mulaw", alaw: "alaw" };
    const format = raws[codec];
    const decoded = await decode(bytes, format === undefined ? undefined : { format, sampleRate });
    assertEquals(decoded.sampleRate, sampleRate, name);
    // MP3: the delay of both ends, and a last frame that is filled up.
    const slack = codec === "mp3" ? 1105 + 2 * 1152 : 2;
    const wanted = ms * sampleRate / 1000;
    assert(
      Math.abs(decoded.samples.length - wanted) <= slack,
      `${name}: ${decoded.samples.length}`,
    );
  }
});

Deno.test("speed is the voice setting that counts, and model, seed and the like are taken", async () => {
  await using server = new TestServer({ script: spokenScript });
  const body = {
    text: "Hello.",
    model_id: "eleven_turbo_v2_5",
    language_code: "en",
    voice_settings: {
      stability: 0.5,
      similarity_boost: 0.75,
      style: 0.1,
      use_speaker_boost: true,
      speed: 1.5,
    },
    pronunciation_dictionary_locators: [],
    seed: 1,
    previous_text: "a",
    next_text: "b",
    previous_request_ids: ["c"],
    next_request_ids: ["d"],
    use_pvc_as_ivc: false,
    apply_text_normalization: "off",
    apply_language_text_normalization: true,
    audio_effects: {},
  };
  const query = "?output_format=pcm_8000&enable_logging=false&optimize_streaming_latency=3";
  await bytesOf(await speak(server, query, body));
  const asked = server.backend.requests.map(({ speed, text }) => [speed, text]);
  assertEquals(asked, [[1.5, "Hello."]]);
});

/** Characters with their times. */
interface Alignment {
  readonly characters: readonly string[];
  readonly character_start_times_seconds: readonly number[];
  readonly character_end_times_seconds: readonly number[];
}

function checkTimes(alignment: Alignment, text: string): void {
  const { characters, character_start_times_seconds: starts, character_end_times_seconds: ends } =
    alignment;
  assertEquals(characters.join(""), text);
  assertEquals([starts.length, ends.length], [characters.length, characters.length]);
  assert(
    starts.every((start, index) => start <= ends[index]! && start >= (starts[index - 1] ?? 0)),
  );
}

Deno.test("with-timestamps is one object: all audio, and when each character is heard", async () => {
  await using server = new TestServer({ script: spokenScript });
  const response = await speak(server, "/with-timestamps?output_format=pcm_16000", {
    text: "Hello *there*. How are you?",
  });
  assertEquals(response.headers.get("content-type"), "application/json");
  const { audio_base64, alignment, normalized_alignment } = await response.json();
  const samples = fromBytes(Uint8Array.fromBase64(audio_base64));
  assertEquals(samples, await nativeAudio(server, TEXT));
  checkTimes(alignment, "Hello *there*. How are you?");
  checkTimes(normalized_alignment, TEXT);
  const starts = normalized_alignment.character_start_times_seconds;
  // The second sentence starts where the first one's audio ends.
  const second = "Hello there.".length * MS_PER_CHARACTER / 1000;
  assertAlmostEquals(starts[TEXT.indexOf("How")], second, 0.001);
  assertAlmostEquals(starts[TEXT.indexOf("are")], second + 4 * MS_PER_CHARACTER / 1000, 0.001);
  assertAlmostEquals(
    normalized_alignment.character_end_times_seconds.at(-1),
    samples.length / 16_000,
    0.001,
  );
});

Deno.test("audio of any length is whole in one object of base64", async () => {
  for (const audioMs of [0.0625, 0.125, 20.0625, 21, 333]) {
    await using server = new TestServer({ script: () => [{ audioMs, mark: 7 }] });
    const response = await speak(server, "/with-timestamps?output_format=pcm_16000");
    const { audio_base64 } = await response.json();
    assertEquals(fromBytes(Uint8Array.fromBase64(audio_base64)), await nativeAudio(server, TEXT));
  }
});

Deno.test("stream/with-timestamps is a line for each piece of audio", async () => {
  await using server = new TestServer({ script: spokenScript });
  const response = await speak(server, "/stream/with-timestamps?output_format=pcm_16000");
  const text = await response.text();
  assert(text.endsWith("\n"));
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  const audio = lines.map(({ audio_base64 }) => Uint8Array.fromBase64(audio_base64));
  const bytes = new Uint8Array(await new Blob(audio).arrayBuffer());
  assertEquals(fromBytes(bytes), await nativeAudio(server, TEXT));
  for (const field of ["alignment", "normalized_alignment"]) {
    const parts: Alignment[] = lines.map((line) => line[field]).filter((part) => part !== null);
    checkTimes({
      characters: parts.flatMap(({ characters }) => characters),
      character_start_times_seconds: parts.flatMap((part) => part.character_start_times_seconds),
      character_end_times_seconds: parts.flatMap((part) => part.character_end_times_seconds),
    }, TEXT);
  }
  // Of the first sentence the words are known before its end.
  assert(lines.slice(0, 2).some(({ alignment }) => alignment !== null));
});

testWithFfmpeg("a text with nothing to speak in it is an empty file", async () => {
  await using server = new TestServer({ script: spokenScript });
  const body = { text: "---" };
  assertEquals((await bytesOf(await speak(server, "?output_format=pcm_16000", body))).length, 0);
  const { samples } = await decode(await bytesOf(await speak(server, "", body)));
  assert(samples.length < 0.2 * 44_100);
  const whole = await speak(server, "/with-timestamps?output_format=pcm_16000", body);
  assertEquals(await whole.json(), {
    audio_base64: "",
    alignment: null,
    normalized_alignment: null,
  });
});

/** A request, and how it is refused: a status, and either a field or a status in words. */
const refusals: [string, string, object | string, number, string][] = [
  ["no text", "/one", {}, 422, "body.text"],
  ["an empty text", "/one", { text: " " }, 422, "body.text"],
  ["a text that is none", "/one", { text: 1 }, 422, "body.text"],
  ["no JSON", "/one", "{", 422, "body"],
  ["a speed that is none here", "/one", { text: "a", voice_settings: { speed: 3 } }, 422, "speed"],
  ["an unknown format", "/one?output_format=mp3_1", { text: "a" }, 422, "query.output_format"],
  ["an unknown voice", "/nobody", { text: "a" }, 404, "voice_not_found"],
  ["a long text", "/one", { text: "a".repeat(201) }, 400, "max_character_limit_exceeded"],
  ["speech that fails", "/one", { text: "Fail." }, 500, "synthesis_failed"],
];

Deno.test("requests that cannot be served are refused in ElevenLabs' words", async () => {
  const config = { unknownVoice: "error", maxTextCharacters: 200 } as const;
  await using server = new TestServer({ config, script: spokenScript });
  for (const endpoint of ["", "/stream", "/with-timestamps", "/stream/with-timestamps"]) {
    for (const [name, path, body, status, words] of refusals) {
      const [voice, query] = path.split("?");
      const url = `http://${server.host}/v1/text-to-speech${voice}${endpoint}?${query ?? ""}`;
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const response = await fetch(url, { method: "POST", body: text });
      const { detail } = await response.json();
      assertEquals(response.status, status, name);
      assert(response.headers.has("x-request-id"));
      if (status === 422) {
        assertEquals(detail.length, 1);
        assertStringIncludes(detail[0].loc.join("."), words);
        assert(detail[0].msg.length > 0 && detail[0].type.length > 0);
      } else assertEquals([detail.status, detail.code], [words, words], name);
    }
  }
  await assertNothingLeft(server);
});

Deno.test("an unknown format is refused with all that there are", async () => {
  await using server = new TestServer();
  const { detail } = await (await speak(server, "?output_format=flac")).json();
  for (const name of outputFormatNames) assertStringIncludes(detail[0].msg, name);
});

Deno.test("ElevenLabs' key is needed where there are keys", async () => {
  await using server = new TestServer({ config: { apiKeys: [KEY] }, script: spokenScript });
  const path = "/v1/text-to-speech/one?output_format=pcm_8000";
  for (const headers of [{}, { "xi-api-key": "wrong" }]) {
    const response = await server.post(path, { text: "Hi." }, headers);
    const { detail } = await response.json();
    assertEquals([response.status, detail.status], [401, "invalid_api_key"]);
  }
  await bytesOf(await server.post(path, { text: "Hi." }, { "xi-api-key": KEY }));
});

Deno.test("a full server refuses ElevenLabs' clients with 503 and retry-after", async () => {
  await using server = new TestServer({ config: { maxSessions: 1 }, script: spokenScript });
  const client = await server.connect();
  const response = await speak(server, "");
  assert(response.headers.has("retry-after"));
  assertEquals([response.status, (await response.json()).detail.status], [503, "system_busy"]);
  client.close();
});

Deno.test("a failure after the first audio breaks ElevenLabs' answer off", async () => {
  await using server = new TestServer({
    script: ({ text }) => text.startsWith("How") ? [{ fail: "no" }] : [{ audioMs: 100 }],
  });
  for (const endpoint of ["", "/with-timestamps", "/stream/with-timestamps"]) {
    const response = await speak(server, `${endpoint}?output_format=pcm_16000`);
    assertEquals(response.status, 200);
    const isWhole = await response.arrayBuffer().then(() => true, () => false);
    assertEquals(isWhole, false, endpoint);
  }
  await assertNothingLeft(server);
});

Deno.test("a client of ElevenLabs' that goes in mid-speech leaves nothing behind", async () => {
  await using server = new TestServer({ script: endlessScript });
  const response = await speak(server, "/stream?output_format=pcm_48000", {
    text: "On. ".repeat(99),
  });
  const reader = response.body!.getReader();
  await reader.read();
  assertEquals(server.server.stats.sessions, 1);
  await reader.cancel();
  await assertNothingLeft(server);
  await until(() => server.facts.some(({ type }) => type === "session_ended"), "the end");
});
