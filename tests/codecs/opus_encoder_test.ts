import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertThrows,
} from "@std/assert";
import { sampleRatesOf } from "../../src/codecs/encodings.ts";
import { OpusEncoder } from "../../src/codecs/opus_encoder.ts";
import { opus } from "../../src/codecs/opus_library.ts";
import { decibels, joined, pieces, rms, sine } from "../lib/pcm/signals.ts";
import { decodeOpus } from "./opus_decoder.ts";

const rates = sampleRatesOf("opus");
const SECONDS = 2;

function encoded(input: Int16Array<ArrayBuffer>, rate: number) {
  const encoder = new OpusEncoder(rate);
  const packets = [...pieces(input, [encoder.packetSamples])].map((pcm) => encoder.encode(pcm));
  encoder.close();
  return { packets, delay: encoder.delaySamples };
}

/** A buzz with harmonics up to 3.8 kHz, its pitch rising from 110 to 190 Hz, four syllables a second. */
function speechlike(rate: number): Int16Array<ArrayBuffer> {
  return Int16Array.from({ length: SECONDS * rate }, (_, i) => {
    const time = i / rate;
    const phase = 2 * Math.PI * (110 * time + 20 * time * time);
    let sum = 0;
    for (let harmonic = 1; harmonic <= 20; harmonic++) sum += Math.sin(harmonic * phase) / harmonic;
    return 5000 * sum * (0.55 + 0.45 * Math.sin(8 * Math.PI * time));
  });
}

/** Signal to error in dB, the output being `delay` samples late; the first 100 ms do not count. */
function signalToError(
  input: Int16Array<ArrayBuffer>,
  output: Int16Array<ArrayBuffer>,
  delay: number,
): number {
  const start = Math.round(input.length / SECONDS / 10);
  const signal = input.subarray(start, input.length - delay);
  const error = signal.map((sample, i) => (output[start + i + delay] ?? 0) - sample);
  return decibels(rms(signal) / rms(error));
}

for (const rate of rates) {
  Deno.test(`Opus at ${rate} Hz keeps speech, its level and its place in time`, () => {
    const input = speechlike(rate);
    const { packets, delay } = encoded(input, rate);
    const parts = decodeOpus(packets, rate);
    assertEquals(parts.every((part) => part.length === rate / 50), true);
    const output = joined(parts);
    assertEquals(output.length, input.length);
    assertAlmostEquals(decibels(rms(output) / rms(input)), 0, 0.5);
    // Real delays are up to 2 samples shorter, which costs 7 dB of what the codec itself allows.
    assertGreater(signalToError(input, output, delay), 13);
  });

  Deno.test(`Opus at ${rate} Hz keeps a tone's level`, () => {
    const input = sine(440, rate, SECONDS * rate, 8000);
    const output = joined(decodeOpus(encoded(input, rate).packets, rate));
    assertAlmostEquals(decibels(rms(output) / rms(input)), 0, 0.5);
  });

  Deno.test(`Opus at ${rate} Hz keeps silence silent and small`, () => {
    const { packets } = encoded(new Int16Array(SECONDS * rate), rate);
    assertLess(rms(joined(decodeOpus(packets, rate))), 1);
    assert(packets.slice(10).every((packet) => packet.length < 60));
  });

  Deno.test(`Opus at ${rate} Hz takes 10 to 40 kbit a second for speech`, () => {
    const { packets } = encoded(speechlike(rate), rate);
    const bits = packets.reduce((sum, packet) => sum + 8 * packet.length, 0) / SECONDS;
    assertGreater(bits, 10_000);
    assertLess(bits, 40_000);
  });
}

Deno.test("Opus packets have 20 ms and a delay of 6.5 ms", () => {
  for (const rate of rates) {
    const encoder = new OpusEncoder(rate);
    assertEquals(encoder.packetSamples, rate / 50);
    assertEquals(encoder.delaySamples, rate * 6.5 / 1000);
    encoder.close();
  }
});

Deno.test("OpusEncoder returns packets that later ones leave alone", () => {
  const encoder = new OpusEncoder(16_000);
  const first = encoder.encode(sine(300, 16_000, 320));
  const copy = first.slice();
  encoder.encode(sine(900, 16_000, 320));
  encoder.close();
  assertEquals(first, copy);
  assertEquals(first.buffer.byteLength, first.length);
});

Deno.test("Opus streams are independent of each other", () => {
  const a = speechlike(16_000);
  const b = sine(700, 16_000, a.length);
  const first = new OpusEncoder(16_000);
  const second = new OpusEncoder(16_000);
  const mixed = [...pieces(a, [320])].map((pcm, i) => {
    second.encode(b.subarray(320 * i, 320 * (i + 1)));
    return first.encode(pcm);
  });
  first.close();
  second.close();
  assertEquals(mixed, encoded(a, 16_000).packets);
});

Deno.test("a thousand Opus encoders opened and closed take no memory", () => {
  const memory = opus.memory;
  const pcm = sine(200, 24_000, 480);
  const cycle = () => {
    const encoder = new OpusEncoder(24_000);
    encoder.encode(pcm);
    encoder.close();
  };
  cycle();
  const before = memory.buffer.byteLength;
  for (let i = 0; i < 1000; i++) cycle(); // 48 MB if they were not freed
  assertEquals(memory.buffer.byteLength, before);
});

Deno.test("Opus encoders survive the growth of the library's memory", () => {
  const early = new OpusEncoder(16_000);
  const input = speechlike(16_000);
  const before = opus.memory.buffer.byteLength;
  const encoders: OpusEncoder[] = [];
  const packets = [...pieces(input, [320])].map((pcm, i) => {
    while (i === 50 && opus.memory.buffer.byteLength === before) {
      encoders.push(new OpusEncoder(16_000));
    }
    return early.encode(pcm);
  });
  for (const encoder of [early, ...encoders]) encoder.close();
  assertEquals(packets, encoded(input, 16_000).packets);
});

Deno.test("OpusEncoder says what it cannot do", () => {
  assertThrows(() => new OpusEncoder(44_100), RangeError, "44100 Hz");
  const encoder = new OpusEncoder(8000);
  assertThrows(() => encoder.encode(new Int16Array(159)), RangeError, "160 samples, got 159");
  encoder.close();
  encoder.close();
  assertThrows(() => encoder.encode(new Int16Array(160)), Error, "closed");
});
