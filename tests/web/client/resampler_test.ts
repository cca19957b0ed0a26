import { assert, assertEquals } from "@std/assert";
import { Resampler } from "../../../src/web/client/resampler.ts";
import { decibels, noise, pieces, rms, sine } from "../../lib/pcm/signals.ts";

const RATES = [8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 88_200, 96_000, 192_000];

function resample(
  resampler: Resampler,
  pcm: Int16Array<ArrayBuffer>,
  sizes = [pcm.length],
): Float32Array {
  const parts = [...pieces(pcm, sizes)].map((piece) => resampler.push(piece));
  return Float32Array.from([...parts, resampler.end()].flatMap((part) => [...part]));
}

Deno.test("n samples in give round(n * to / from) out, for all rates", () => {
  for (const from of RATES.slice(0, 6)) {
    for (const to of RATES) {
      const resampler = new Resampler(from, to);
      for (const count of [0, 1, 7, 1_000]) {
        const { length } = resample(resampler, noise(count, count));
        assertEquals(length, Math.round(count * to / from), `${count} from ${from} to ${to}`);
      }
    }
  }
});

Deno.test("equal rates change nothing", () => {
  const pcm = noise(3_000, 1);
  const out = resample(new Resampler(16_000, 16_000), pcm, [1, 500, 3]);
  assertEquals([...out].map((sample) => sample * 0x8000), [...pcm]);
});

Deno.test("the output does not depend on how the input is cut", () => {
  const pcm = noise(5_000, 2);
  const whole = resample(new Resampler(22_050, 48_000), pcm);
  const cut = resample(new Resampler(22_050, 48_000), pcm, [1, 2, 320, 7, 1_500]);
  assertEquals(cut, whole);
});

Deno.test("a tone stays that tone, in time and to 60 dB, and what cannot be is taken out", () => {
  for (
    const [from, to] of [[16_000, 44_100], [16_000, 48_000], [8_000, 48_000], [48_000, 44_100]]
  ) {
    const lower = Math.min(from!, to!);
    for (const share of [0.02, 0.2, 0.4]) {
      const frequency = share * lower;
      const out = resample(new Resampler(from!, to!), sine(frequency, from!, from!));
      const ideal = Float64Array.from(
        out,
        (_, i) => 16_000 / 0x8000 * Math.sin(2 * Math.PI * frequency * i / to!),
      );
      const error = Float64Array.from(out, (sample, i) => sample - ideal[i]!);
      // At the ends the tone is cut off, which no filter reproduces.
      const ratio = rms(error, 2_000, out.length - 2_000) / rms(ideal);
      assert(decibels(ratio) < -60, `${frequency} Hz from ${from} to ${to}: ${decibels(ratio)} dB`);
    }
  }
  const tooHigh = resample(new Resampler(48_000, 16_000), sine(9_000, 48_000, 48_000));
  const left = decibels(rms(tooHigh, 1_000, 15_000) / (16_000 / 0x8000 / Math.SQRT2));
  assert(left < -60, `${left} dB are left of a tone above half the rate`);
});

Deno.test("a reset forgets what came before", () => {
  const resampler = new Resampler(16_000, 48_000);
  resampler.push(noise(1_000, 3));
  resampler.reset();
  const pcm = noise(400, 4);
  assertEquals(resample(resampler, pcm), resample(new Resampler(16_000, 48_000), pcm));
});
