import { assertEquals, assertThrows } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { MemberError } from "../../../src/backends/fleet/member.ts";
import { AudioDecoder } from "../../../src/backends/openai/audio_decoder.ts";
import { toBytes } from "../../../src/lib/pcm/bytes.ts";
import { Resampler } from "../../../src/lib/pcm/resampler.ts";
import { ResamplerBank } from "../../../src/lib/pcm/resampler_bank.ts";
import { wavHeader } from "../../../src/lib/pcm/wav.ts";
import { tone } from "./speech_server.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const resamplers = new ResamplerBank();

function decoder(headers: Record<string, string> = {}, sampleRate = 24_000): AudioDecoder {
  return new AudioDecoder({ headers: new Headers(headers), sampleRate, resamplers });
}

/** What a decoder makes of pieces. */
function decode(pieces: readonly Bytes[], headers: Record<string, string> = {}): number[] {
  const audio = decoder(headers);
  const samples = pieces.flatMap((piece) => [...audio.push(piece)]);
  return [...samples, ...audio.end()];
}

/** The bytes in pieces that end at those places. */
function cut(bytes: Bytes, places: readonly number[]): Bytes[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length];
  ends.sort((a, b) => a - b);
  return ends.map((end, i) => bytes.slice(i === 0 ? 0 : ends[i - 1], end));
}

function concat(...parts: readonly Uint8Array[]): Bytes {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function ascii(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A WAV file. @param declared bytes of samples, by its header. */
function wav(pcm: Int16Array<ArrayBuffer>, rate: number, declared?: number): Bytes {
  return concat(wavHeader("pcm_s16le", rate, declared), toBytes(pcm));
}

/** MP3 of silence: frames of 24 kHz at 64 kbit/s, of 192 bytes each. */
function mp3(frames: number): Bytes {
  const frame = new Uint8Array(192);
  frame.set([0xff, 0xf3, 0x84, 0xc4]);
  return concat(...Array.from({ length: frames }, () => frame));
}

function assertRefused(refused: () => void, message: string): void {
  assertEquals(assertThrows(refused, MemberError, message).code, "internal");
}

Deno.test("samples are the same however their bytes are cut, in odd places too", () => {
  const pcm = tone(500);
  const bodies = [
    { body: toBytes(pcm), headers: { "content-type": "audio/pcm" } },
    { body: wav(pcm, 24_000), headers: { "content-type": "audio/wav" } },
    { body: wav(pcm, 24_000, 1_000), headers: { "content-type": "audio/pcm" } },
  ];
  const places = fc.array(fc.nat(1_100), { maxLength: 40 });
  fc.assert(fc.property(fc.constantFrom(...bodies), places, ({ body, headers }, places) => {
    assertEquals(decode(cut(body, places), headers), [...pcm]);
  }));
});

Deno.test("samples come as soon as both their bytes do", () => {
  const audio = decoder();
  const bytes = toBytes(tone(100));
  assertEquals(audio.push(bytes.slice(0, 13)).length, 6);
  assertEquals(audio.push(bytes.slice(13, 14)).length, 1);
  assertEquals(audio.push(bytes.slice(14, 15)).length, 0);
  assertEquals(audio.push(bytes.slice(15)).length, 93);
});

Deno.test("audio at another rate is resampled to the voice's", () => {
  const pcm = tone(2_205);
  const resampler = new Resampler(22_050, 24_000);
  const expected = [...resampler.push(pcm), ...resampler.end()];
  assertEquals(expected.length, 2_400);
  const raw = cut(toBytes(pcm), [7, 1_001]);
  for (
    const headers of [
      { "content-type": "audio/pcm;rate=22050" },
      { "content-type": 'audio/L16; Rate="22050"; channels=1' },
      { "content-type": "application/octet-stream", "x-sample-rate": "22050" },
    ]
  ) {
    assertEquals(decode(raw, headers), expected);
  }
  // A file knows best.
  const file = [wav(pcm, 22_050)];
  assertEquals(decode(file, { "content-type": "audio/wav", "x-sample-rate": "8000" }), expected);
  assertRefused(() => decode(raw, { "content-type": "audio/pcm;rate=12345" }), "12345 Hz");
});

Deno.test("raw samples of which nothing is said are at the voice's rate", () => {
  const pcm = tone(50);
  assertEquals([...decoder({}, 16_000).push(toBytes(pcm))], [...pcm]);
});

Deno.test("a WAV file is read whatever size it claims, and what is behind its samples is not", () => {
  const pcm = tone(64);
  for (const declared of [undefined, 0, 0x7fff_ffff - 41]) {
    assertEquals(decode([wav(pcm, 24_000, declared)]), [...pcm], `${declared}`);
  }
  const notes = concat(ascii("LIST"), Uint8Array.of(4, 0, 0, 0), ascii("hey!"));
  const file = concat(wav(pcm, 24_000, 128), notes);
  assertEquals(decode([file]), [...pcm]);
  assertEquals(decode(cut(file, [171, 172, 175])), [...pcm]);
});

Deno.test("a WAV file that ends early is not whole", () => {
  const file = wav(tone(64), 24_000, 128);
  assertRefused(() => decode([file.slice(0, -2)]), "2 bytes of samples are missing");
  assertRefused(() => decode([file.slice(0, 30)]), "bad WAV file");
});

Deno.test("a WAV file with two channels, or of other samples, is refused", () => {
  const stereo = wav(tone(64), 24_000, 128);
  stereo[22] = 2;
  assertRefused(() => decode([stereo]), "2 channels are not supported");
  const companded = concat(wavHeader("mulaw", 8_000, 100), new Uint8Array(100));
  assertRefused(() => decode([companded]), "mulaw is not supported");
  const float = wav(tone(64), 24_000, 128);
  float[20] = 3;
  assertRefused(() => decode([float]), "format tag 3 is not supported");
  // It is not waited for to the end.
  const audio = decoder();
  assertRefused(() => audio.push(concat(float, new Uint8Array(70_000))), "format tag 3");
});

Deno.test("a body that its headers call something else is refused before it comes", () => {
  for (
    const type of [
      "audio/mpeg",
      "audio/ogg;codecs=opus",
      "audio/aac",
      "audio/flac",
      "text/event-stream",
      "application/json; charset=utf-8",
      "text/html",
    ]
  ) {
    const name = type.split(";")[0]!;
    assertRefused(() => decoder({ "content-type": type }), `it answers with ${name}; raw 16-bit`);
  }
  assertRefused(() => decoder({ "content-type": "audio/pcm;channels=2" }), "2 channels");
  assertRefused(() => decoder({ "x-channels": "2" }), "2 channels");
});

Deno.test("a file that is called raw audio is known by its first bytes, however they are cut", () => {
  const files: [string, Bytes][] = [
    ["MP3", mp3(4)],
    ["MP3", concat(ascii("ID3\x04\0\0\0\0\0\0"), mp3(4))],
    ["Ogg", concat(ascii("OggS"), new Uint8Array(60))],
    ["FLAC", concat(ascii("fLaC"), new Uint8Array(60))],
    ["WebM", concat(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3), new Uint8Array(60))],
    ["MP4", concat(Uint8Array.of(0, 0, 0, 32), ascii("ftypM4A "), new Uint8Array(60))],
  ];
  for (const [name, file] of files) {
    for (const headers of [{ "content-type": "audio/pcm" }, undefined]) {
      assertRefused(() => decode([file], headers), `it answers with ${name}; raw 16-bit`);
      assertRefused(() => decode(cut(file, [1, 3, 5, 100]), headers), name);
    }
  }
});

Deno.test("raw audio that begins like an MP3 frame is raw audio all the same", () => {
  const pcm = tone(400);
  // 0xff 0xf3 0x84 0xc4: a frame's header, but no other follows where one would.
  pcm.set([-3_073, -15_228]);
  assertEquals(decode([toBytes(pcm)]), [...pcm]);
  assertEquals(decode(cut(toBytes(pcm), [1, 2, 3, 195])), [...pcm]);
  assertEquals(decode([toBytes(pcm.slice(0, 20))]), [...pcm.slice(0, 20)]);
  // Nor is silence just below zero one.
  const silence = new Int16Array(1_000).fill(-1);
  assertEquals(decode([toBytes(silence)]), [...silence]);
});

Deno.test("what is called a WAV file has to be one", () => {
  assertRefused(
    () => decode([toBytes(tone(100))], { "content-type": "audio/x-wav" }),
    "it answers with a bad WAV file: not a WAV file",
  );
});

Deno.test("an end in the middle of a sample is a failure, after all that was whole", () => {
  const audio = decoder();
  assertEquals(audio.push(toBytes(tone(20)).slice(0, 39)).length, 19);
  assertRefused(() => audio.end(), "in the middle of a sample");
  const short = decoder();
  assertEquals(short.push(Uint8Array.of(1)).length, 0);
  assertRefused(() => short.end(), "in the middle of a sample");
});

Deno.test("short bodies are what they are", () => {
  assertEquals(decode([]), []);
  assertEquals(decode([Uint8Array.of(1, 0, 2, 0)]), [1, 2]);
  assertEquals(decode([ascii("RIFF")]), [...new Int16Array(ascii("RIFF").buffer)]);
});
