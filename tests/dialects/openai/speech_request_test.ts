import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { explain, openAiError } from "../../../src/dialects/openai/errors.ts";
import { eventStream } from "../../../src/dialects/openai/speech_events.ts";
import { readSpeechRequest } from "../../../src/dialects/openai/speech_request.ts";
import { voiceNames } from "./names.ts";

const LEAST = { model: "tts-1", input: "Hello.", voice: "alloy" };

function read(changes: object) {
  return readSpeechRequest({ ...LEAST, ...changes }, voiceNames());
}

Deno.test("a speech request has OpenAI's defaults", () => {
  assertEquals(read({}), {
    text: "Hello.",
    voice: "two",
    speed: 1,
    format: "mp3",
    inEvents: false,
  });
});

Deno.test("a speech request needs nothing but its input, and takes a model of any name", () => {
  const names = voiceNames();
  const wanted = readSpeechRequest({ input: "Hello." }, names);
  assert("voice" in wanted);
  assertEquals(wanted.voice, "one");
  for (const model of ["tts-1", "gpt-4o-mini-tts", "kokoro", ""]) {
    assert("text" in read({ model }), model);
  }
});

Deno.test("a speech request's voice is a name or an object with an id, of ours or an alias", () => {
  for (const [voice, id] of [["two", "two"], ["alloy", "two"], [{ id: "one" }, "one"]] as const) {
    const wanted = read({ voice });
    assert("voice" in wanted);
    assertEquals(wanted.voice, id);
  }
});

Deno.test("instructions and unknown fields of a speech request have no effect", () => {
  assertEquals(read({ instructions: "Whisper.", foo: { bar: 1 } }), read({}));
});

const REFUSED: readonly [object, string, string][] = [
  [{ input: undefined }, "input", "is missing"],
  [{ input: 7 }, "input", "must be a string"],
  [{ input: " \n" }, "input", "something to say"],
  [{ input: "a".repeat(4097) }, "input", "4096"],
  [{ model: 1 }, "model", "must be a string"],
  [{ voice: "nobody" }, "voice", "one, two, alloy"],
  [{ voice: { id: "nobody" } }, "voice", "nobody"],
  [{ voice: { name: "one" } }, "voice", "id"],
  [{ voice: ["one"] }, "voice", "must be a string"],
  [{ response_format: "aac" }, "response_format", "no encoder"],
  [{ response_format: "midi" }, "response_format", "mp3, opus, flac, wav, pcm"],
  [{ speed: 0.25 }, "speed", "0.5 to 2"],
  [{ speed: 4 }, "speed", "0.5 to 2"],
  [{ speed: "1" }, "speed", "0.5 to 2"],
  [{ stream_format: "websocket" }, "stream_format", "audio, sse"],
];

for (const [changes, field, words] of REFUSED) {
  const what = JSON.stringify(changes).slice(0, 60);
  Deno.test(`a speech request with ${what} is refused, and the field and its limit are named`, () => {
    const problem = read(changes);
    assert("field" in problem, "it was taken");
    assertEquals(problem.field, field);
    assertStringIncludes(explain(problem), words);
  });
}

Deno.test("an input of 4096 characters is taken", () => {
  assert("text" in read({ input: "a".repeat(4096) }));
});

Deno.test("errors have OpenAI's types and codes where it has any", () => {
  const told = (code: string, more = {}) => {
    const { type, code: theirs, param } = openAiError({ code, message: "no", ...more });
    return [type, theirs, param];
  };
  const client = "invalid_request_error";
  assertEquals(told("bad_message", { field: "voice" }), [client, "invalid_value", "voice"]);
  assertEquals(
    told("bad_message", { field: "input", limit: 4096 }),
    [client, "string_above_max_length", "input"],
  );
  assertEquals(told("text_too_long"), [client, "string_above_max_length", null]);
  assertEquals(told("unauthorized"), [client, "invalid_api_key", null]);
  assertEquals(told("not_found"), [client, "model_not_found", null]);
  assertEquals(told("bad_json"), [client, "bad_json", null]);
  assertEquals(told("rate_limited"), ["rate_limit_error", "rate_limit_exceeded", null]);
  assertEquals(told("overloaded"), ["server_error", "overloaded", null]);
  assertEquals(told("synthesis_failed"), ["server_error", "synthesis_failed", null]);
});

const ENDED = {
  type: "utterance_ended",
  utteranceId: "u1",
  outcome: "completed",
  durationMs: 1_010,
  sentences: 1,
  failedSentences: 0,
  characters: 41,
  timeToFirstAudioMs: 3,
} as const;

function dataOf(messages: readonly string[]): unknown[] {
  return messages.map((message) => {
    assert(message.startsWith("data: ") && message.endsWith("\n\n"), message);
    return JSON.parse(message.slice("data: ".length));
  });
}

Deno.test("server-sent events carry the audio, and at the end what was used", () => {
  const audio = {
    type: "audio",
    utteranceNumber: 1,
    sentenceIndex: 0,
    offsetMs: 0,
    bytes: Uint8Array.of(1, 2, 3),
    samples: 1,
  } as const;
  assertEquals(dataOf(eventStream.encode(audio)), [{ type: "speech.audio.delta", audio: "AQID" }]);
  assertEquals(dataOf(eventStream.encode(ENDED)), [{
    type: "speech.audio.done",
    // A token for every 4 characters and every 50 ms that has begun.
    usage: { input_tokens: 11, output_tokens: 21, total_tokens: 32 },
  }]);
});

Deno.test("server-sent events tell a problem in place of the end", () => {
  assertEquals(eventStream.encode({ ...ENDED, outcome: "failed", failedSentences: 1 }), []);
  const problem = { code: "synthesis_failed", message: "the engine has gone" } as const;
  assertEquals(dataOf(eventStream.encodeProblem(problem)), [{
    error: {
      message: "the engine has gone",
      type: "server_error",
      code: "synthesis_failed",
      param: null,
    },
  }]);
});
