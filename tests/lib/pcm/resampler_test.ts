import { assert, assertEquals, assertLess, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { Resampler } from "../../../src/lib/pcm/resampler.ts";
import { ResamplerBank } from "../../../src/lib/pcm/resampler_bank.ts";
import { designFilter } from "../../../src/lib/pcm/resampler_filter.ts";
import { sampleRates } from "../../../src/lib/pcm/sample_rates.ts";
import { decibels, joined, noise, pieces, rms, sine } from "./signals.ts";

const bank = new ResamplerBank();
const pairs = sampleRates.flatMap((from) => sampleRates.map((to) => [from, to] as const));
const unequalPairs = pairs.filter(([from, to]) => from !== to);

function resampled(
  input: Int16Array<ArrayBuffer>,
  from: number,
  to: number,
  sizes = [input.length],
): Int16Array<ArrayBuffer> {
  const resampler = bank.open(from, to);
  const parts = [...pieces(input, sizes)].map((piece) => resampler.push(piece));
  return joined([...parts, resampler.end()]);
}

/** How far from an edge of the stream its silence is heard: the filter's reach, in output samples. */
function edge(from: number, to: number): number {
  return Math.ceil(29 * to / Math.min(from, to));
}

Deno.test("resampler gives round(n * to / from) samples for every pair of rates", () => {
  for (const [from, to] of pairs) {
    for (const n of [0, 1, 2, 3, 7, 28, 57, 100, 441, 1023, 1024, 1025, 2500]) {
      const message = `${n} samples from ${from} to ${to}`;
      assertEquals(resampled(noise(n, n), from, to).length, Math.round(n * to / from), message);
    }
  }
});

Deno.test("resampler output does not depend on the sizes of the chunks", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...pairs),
      fc.nat({ max: 3000 }),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2500 })), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.nat(),
      ([from, to], length, sizes, seed) => {
        const input = noise(length, seed);
        assertEquals(resampled(input, from, to, sizes), resampled(input, from, to));
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

Deno.test("resampler takes every pair of rates sample by sample", () => {
  const input = noise(300, 5);
  for (const [from, to] of pairs) {
    assertEquals(resampled(input, from, to, [1]), resampled(input, from, to), `${from} to ${to}`);
  }
});

Deno.test("resampler accepts empty chunks anywhere", () => {
  const resampler = bank.open(16_000, 24_000);
  const input = noise(500, 9);
  const empty = new Int16Array(0);
  const parts = [empty, input.subarray(0, 100), empty, input.subarray(100), empty]
    .map((piece) => resampler.push(piece));
  assertEquals(joined([...parts, resampler.end()]), resampled(input, 16_000, 24_000));
});

// The output is compared with the ideal sine itself, so that gain, delay, images and aliases all
// count.
Deno.test("resampler passes sines up to 0.42 of the lower rate unchanged and undelayed", () => {
  for (const [from, to] of unequalPairs) {
    const lower = Math.min(from, to);
    for (const fraction of [0.005, 0.05, 0.13, 0.21, 0.29, 0.35, 0.39, 0.41, 0.42]) {
      const frequency = fraction * lower;
      const count = Math.round(4000 * from / lower);
      const output = resampled(sine(frequency, from, count), from, to);
      const ideal = sine(frequency, to, output.length);
      const margin = edge(from, to);
      const end = output.length - margin;
      const message = `${frequency} Hz from ${from} to ${to} Hz`;
      const gain = decibels(rms(output, margin, end) / rms(ideal, margin, end));
      assertLess(Math.abs(gain), 0.01, `ripple ${gain} dB, ${message}`);
      const error = output.map((sample, i) => sample - (ideal[i] ?? 0));
      const level = decibels(rms(error, margin, end) / rms(ideal, margin, end));
      assertLess(level, -60, `error ${level} dB, ${message}`);
    }
  }
});

Deno.test("resampler rejects what the lower rate cannot hold by 65 dB", () => {
  for (const [from, to] of unequalPairs.filter(([from, to]) => from > to)) {
    for (const place of [0.01, 0.1, 0.3, 0.6, 0.95]) {
      const frequency = to / 2 + place * (from - to) / 2;
      const input = sine(frequency, from, Math.round(4000 * from / to), 30_000);
      const output = resampled(input, from, to);
      const margin = edge(from, to);
      const level = decibels(rms(output, margin, output.length - margin) / rms(input));
      assertLess(level, -65, `${frequency} Hz from ${from} to ${to} Hz: ${level} dB`);
    }
  }
});

// An image is what a sine leaves around the multiples of the old rate. Those of a sine inside the
// pass band count above; here is the worst place, the upper end of the band, by projection.
Deno.test("resampler adds no images beyond half the lower rate", () => {
  for (const [from, to] of unequalPairs.filter(([from, to]) => 2 * from <= to)) {
    const output = resampled(sine(0.45 * from, from, 6000), from, to);
    const margin = edge(from, to);
    const middle = output.subarray(margin, output.length - margin);
    const tone = projection(middle, 0.45 * from / to);
    const image = projection(middle, 0.55 * from / to);
    assertLess(decibels(image / tone), -65, `from ${from} to ${to} Hz`);
  }
});

/** Amplitude of the sine of `frequency` (cycles a sample) in `samples`, Hann-windowed. */
function projection(samples: Int16Array<ArrayBuffer>, frequency: number): number {
  let re = 0;
  let im = 0;
  samples.forEach((sample, i) => {
    const hann = 1 - Math.cos(2 * Math.PI * i / samples.length);
    re += sample * hann * Math.cos(2 * Math.PI * frequency * i);
    im += sample * hann * Math.sin(2 * Math.PI * frequency * i);
  });
  return 2 * Math.hypot(re, im) / samples.length;
}

Deno.test("resampler keeps a constant exactly and saturates instead of wrapping around", () => {
  for (const [from, to] of unequalPairs) {
    const level = resampled(new Int16Array(600).fill(12_345), from, to);
    const margin = edge(from, to);
    const middle = level.subarray(margin, level.length - margin);
    assert(middle.every((sample) => sample === 12_345), `constant from ${from} to ${to}`);
    // A square wave at full scale overshoots at its edges.
    const square = Int16Array.from({ length: 800 }, (_, i) => i % 80 < 40 ? 32_767 : -32_768);
    const output = resampled(square, from, to);
    assert(output.includes(32_767) && output.includes(-32_768), `no peak from ${from} to ${to}`);
    output.forEach((sample, i) => {
      const place = i * from / to; // in input samples
      // Near its edges, and after the last of them, the wave may have either sign.
      if (place > 790 || place % 40 < 10 || place % 40 > 30) return;
      assertEquals(sample > 0, place % 80 < 40, `sample ${i} is ${sample} from ${from} to ${to}`);
    });
  }
});

Deno.test("resampler with equal rates returns its input itself", () => {
  for (const rate of [22_050, 12_345]) {
    const resampler = new Resampler(rate, rate);
    const input = noise(100, 3);
    assertStrictEquals(resampler.push(input), input);
    assertEquals(resampler.end().length, 0);
  }
});

Deno.test("resampler is as new after end()", () => {
  const resampler = bank.open(44_100, 16_000);
  const input = noise(2000, 11);
  const first = joined([resampler.push(input), resampler.end()]);
  const second = joined([resampler.push(input), resampler.end()]);
  assertEquals(second, first);
});

Deno.test("resampler withholds no more than the filter's reach", () => {
  for (const [from, to] of unequalPairs) {
    const first = bank.open(from, to).push(noise(5000, 1)).length;
    const held = Math.round(5000 * to / from) - first;
    assertLess(held, edge(from, to) + 2, `from ${from} to ${to}`);
  }
});

Deno.test("resampler does not change or keep its input", () => {
  const resampler = bank.open(24_000, 8000);
  const input = noise(1500, 2);
  const copy = input.slice();
  const first = resampler.push(input);
  assertEquals(input, copy);
  input.fill(0);
  assertEquals(joined([first, resampler.end()]), resampled(copy, 24_000, 8000));
});

Deno.test("resampler without a bank computes its own filter", () => {
  const resampler = new Resampler(8000, 16_000);
  const input = noise(200, 4);
  assertEquals(
    joined([resampler.push(input), resampler.end()]),
    resampled(input, 8000, 16_000),
  );
});

Deno.test("resampler refuses rates it does not know and filters for other rates", () => {
  assertThrows(() => new Resampler(12_345, 16_000), RangeError, "12345 Hz");
  assertThrows(() => bank.open(16_000, 0), RangeError, "0 Hz");
  assertThrows(
    () => new Resampler(8000, 16_000, designFilter(16_000, 8000)),
    RangeError,
    "16000 to 8000",
  );
});
