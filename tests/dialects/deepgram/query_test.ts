/** What Deepgram's clients may choose. */

import { assertEquals } from "@std/assert";
import { contentTypeOf } from "../../../src/dialects/deepgram/audio_format.ts";
import { readFileRequest, readStreamRequest } from "../../../src/dialects/deepgram/query.ts";
import { readSpeechText } from "../../../src/dialects/deepgram/text.ts";
import type { BadParameter } from "../../../src/dialects/dialect.ts";
import { VoiceNames } from "../../../src/dialects/voice_names.ts";

const names = new VoiceNames({
  voices: new Map([["one", 22_050], ["two", 96_000]]),
  defaultVoice: "one",
  aliases: new Map([["aura-2-thalia-en", "two"]]),
  fallsBack: false,
});

/** The problem as `field: message; allowed`. */
function inWords({ message, allowed = [] }: BadParameter): string {
  return [message, ...allowed].join("; ");
}

function stream(query: string, version: "v1" | "v2" = "v1") {
  const wanted = readStreamRequest(new URLSearchParams(query), names, version);
  return "field" in wanted ? inWords(wanted) : wanted;
}

function file(query: string, version: "v1" | "v2" = "v1") {
  const wanted = readFileRequest(new URLSearchParams(query), names, version);
  if ("field" in wanted) return inWords(wanted);
  const { encoding, container, sampleRate, bitRate } = wanted;
  return [encoding, container, sampleRate, bitRate, contentTypeOf(wanted)];
}

const linear16 = { speed: undefined, encoding: "linear16" };

const STREAMS: readonly [query: string, wanted: object | string][] = [
  ["", { ...linear16, voice: "one", sampleRate: 24_000 }],
  ["model=two&sample_rate=32000", { ...linear16, voice: "two", sampleRate: 32_000 }],
  ["model=aura-2-thalia-en&speed=0.7", {
    ...linear16,
    voice: "two",
    speed: 0.7,
    sampleRate: 24_000,
  }],
  ["encoding=mulaw", { speed: undefined, encoding: "mulaw", voice: "one", sampleRate: 8_000 }],
  ["encoding=alaw&sample_rate=16000", {
    speed: undefined,
    encoding: "alaw",
    voice: "one",
    sampleRate: 16_000,
  }],
  ["container=none&bit_rate=1&mip_opt_out=true&tag=a&tag=b&anything=else", {
    ...linear16,
    voice: "one",
    sampleRate: 24_000,
  }],
  [
    "model=three",
    'No such model/version combination found: model cannot be "three"; ' +
    "one; two; aura-2-thalia-en",
  ],
  ["encoding=mp3", 'encoding cannot be "mp3"; linear16; mulaw; alaw'],
  ["encoding=mulaw&sample_rate=24000", "sample_rate cannot be 24000; 8000; 16000"],
  [
    "sample_rate=fast",
    'sample_rate cannot be "fast"; 8000; 16000; 24000; 32000; 44100; 48000',
  ],
  ["speed=2", "speed must be a number from 0.7 to 1.5"],
];

for (const [query, wanted] of STREAMS) {
  Deno.test(`Aura's query "${query}" is read`, () => assertEquals(stream(query), wanted));
}

const FLUX: readonly [query: string, wanted: object | string][] = [
  // The voice's own rate, or the next one that there is.
  ["model=one", { ...linear16, voice: "one", sampleRate: 24_000 }],
  ["model=two", { ...linear16, voice: "two", sampleRate: 48_000 }],
  ["model=one&encoding=mulaw", {
    speed: undefined,
    encoding: "mulaw",
    voice: "one",
    sampleRate: 8_000,
  }],
  ["model=one&speed=1.15&expressivity=-2&mip_opt_out=true&tag=a&tag=b&token=KEY", {
    ...linear16,
    voice: "one",
    speed: 1.15,
    sampleRate: 24_000,
  }],
  ["", "model is missing; one; two; aura-2-thalia-en"],
  ["model=one&speed=1.6", "speed must be a number from 0.5 to 1.5 (SPEED_OUT_OF_RANGE)"],
  ["model=one&speed=1.07", "speed must be given in steps of 0.05 (SPEED_INCREMENT_INVALID)"],
  ["model=one&expressivity=3", "expressivity must be a number from -2 to 2"],
  [
    "model=one&expressivity=0.5",
    "expressivity must be a whole number (EXPRESSIVITY_INCREMENT_INVALID)",
  ],
  [
    "model=one&container=wav",
    "container is no parameter of this WebSocket; model; encoding; sample_rate; speed; " +
    "expressivity; mip_opt_out; tag",
  ],
];

for (const [query, wanted] of FLUX) {
  Deno.test(`Flux' query "${query}" is read`, () => assertEquals(stream(query, "v2"), wanted));
}

const FILES: readonly [query: string, wanted: readonly unknown[] | string][] = [
  ["", ["mp3", "none", 22_050, 48_000, "audio/mpeg"]],
  ["encoding=mp3&bit_rate=32000", ["mp3", "none", 22_050, 32_000, "audio/mpeg"]],
  ["encoding=linear16", ["linear16", "wav", 24_000, undefined, "audio/wav"]],
  ["encoding=linear16&container=none&sample_rate=8000", [
    "linear16",
    "none",
    8_000,
    undefined,
    "audio/l16;rate=8000",
  ]],
  ["encoding=mulaw", ["mulaw", "wav", 8_000, undefined, "audio/wav"]],
  ["encoding=mulaw&container=none", ["mulaw", "none", 8_000, undefined, "audio/mulaw;rate=8000"]],
  ["encoding=alaw&container=none&sample_rate=16000", [
    "alaw",
    "none",
    16_000,
    undefined,
    "audio/alaw;rate=16000",
  ]],
  ["encoding=opus", ["opus", "ogg", 48_000, 12_000, "audio/ogg;codecs=opus"]],
  ["encoding=opus&container=ogg&bit_rate=64000", [
    "opus",
    "ogg",
    48_000,
    64_000,
    "audio/ogg;codecs=opus",
  ]],
  ["encoding=flac&sample_rate=48000", ["flac", "none", 48_000, undefined, "audio/flac"]],
  [
    "encoding=aac",
    'encoding cannot be "aac": there is no encoder for it here; ' +
    "mp3; linear16; mulaw; alaw; opus; flac",
  ],
  ["encoding=wma", 'encoding cannot be "wma"; mp3; linear16; mulaw; alaw; opus; flac'],
  ["encoding=mp3&sample_rate=22050", "sample_rate is not applicable when encoding=mp3"],
  ["encoding=mp3&container=none", "container is not applicable when encoding=mp3"],
  ["encoding=mp3&bit_rate=1", "bit_rate cannot be 1 when encoding=mp3; 48000; 32000"],
  ["encoding=opus&container=wav", 'container cannot be "wav" when encoding=opus; ogg'],
  ["encoding=opus&bit_rate=4000", "bit_rate must be from 6000 to 256000 when encoding=opus"],
  ["encoding=flac&bit_rate=1", "bit_rate is not applicable when encoding=flac"],
  [
    "callback=https://example.com",
    "callback cannot be used: the audio is the answer to the request",
  ],
];

for (const [query, wanted] of FILES) {
  Deno.test(`a request of Deepgram's clients for a file with "${query}" is read`, () => {
    assertEquals(file(query), wanted);
  });
}

Deno.test("a request for a file by Flux has to name a model", () => {
  assertEquals(file("", "v2"), "model is missing; one; two; aura-2-thalia-en");
  assertEquals(file("model=one", "v2"), ["mp3", "none", 22_050, 48_000, "audio/mpeg"]);
});

Deno.test("the text of a request of Deepgram's clients has to be there, and Aura's has a limit", () => {
  const read = (body: Record<string, unknown>, version: "v1" | "v2" = "v1") => {
    const text = readSpeechText(body, version);
    return typeof text === "string" ? text.length : inWords(text);
  };
  assertEquals(read({ text: "a".repeat(2_000) }), 2_000);
  assertEquals(read({ text: "a".repeat(2_001) }), "text may have 2000 characters; it has 2001");
  assertEquals(read({ text: "a".repeat(2_001) }, "v2"), 2_001);
  assertEquals(read({ text: " \n" }), "text contains no characters");
  assertEquals(read({}), "text is missing");
  assertEquals(read({ url: "https://example.com" }), "url cannot be used: send the text itself");
});
