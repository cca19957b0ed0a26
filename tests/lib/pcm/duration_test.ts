import { assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { msToSamples, samplesToMs } from "../../../src/lib/pcm/duration.ts";
import { sampleRates } from "../../../src/lib/pcm/sample_rates.ts";

Deno.test("samplesToMs and msToSamples agree on round values", () => {
  assertEquals(samplesToMs(320, 16_000), 20);
  assertEquals(samplesToMs(441, 44_100), 10);
  assertEquals(msToSamples(20, 22_050), 441);
  assertEquals(msToSamples(10, 11_025), 110);
  assertEquals(msToSamples(0, 8000), 0);
});

Deno.test("msToSamples undoes samplesToMs exactly, for 700 years of audio", () => {
  fc.assert(
    fc.property(fc.constantFrom(...sampleRates), fc.nat(2 ** 31 - 1), (rate, samples) => {
      assertEquals(msToSamples(samplesToMs(samples, rate), rate), samples);
    }),
    { seed: 1, numRuns: 5000 },
  );
  fc.assert(
    fc.property(fc.constantFrom(...sampleRates), fc.maxSafeInteger(), (rate, large) => {
      const samples = Math.floor(Math.abs(large) / 8);
      assertEquals(msToSamples(samplesToMs(samples, rate), rate), samples);
    }),
    { seed: 1, numRuns: 5000 },
  );
});
