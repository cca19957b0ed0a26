import { assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { ResampledQueue } from "../../../src/lib/pcm/resampled_queue.ts";
import { Resampler } from "../../../src/lib/pcm/resampler.ts";
import { ResamplerBank } from "../../../src/lib/pcm/resampler_bank.ts";
import { sampleRates } from "../../../src/lib/pcm/sample_rates.ts";
import { joined, noise } from "./signals.ts";

const bank = new ResamplerBank();

Deno.test("what is read is what a resampler gives, whatever is pushed and read in between", () => {
  const rate = fc.constantFrom(...sampleRates);
  const steps = fc.array(fc.tuple(fc.nat(1_500), fc.nat(3_000)), { maxLength: 12 });
  fc.assert(fc.property(rate, rate, steps, (from, to, steps) => {
    const queue = new ResampledQueue(bank.open(from, to));
    const parts = steps.map(([length], index) => noise(length, index));
    const whole = bank.open(from, to);
    const expected = joined([...parts.map((part) => whole.push(part)), whole.end()]);
    const out: Int16Array<ArrayBuffer>[] = [];
    const read = (count: number) => {
      const { length } = queue;
      const pcm = queue.read(count);
      assertEquals(pcm.length, Math.min(count, length));
      assertEquals(queue.length, length - pcm.length);
      out.push(pcm);
    };
    for (const [index, part] of parts.entries()) {
      queue.push(part);
      read(steps[index]![1]);
    }
    queue.end();
    read(7);
    read(Infinity);
    assertEquals(joined(out), expected);
  }));
});

Deno.test("nothing is resampled before it is read", () => {
  const resampler = new Resampler(16_000, 48_000);
  let taken = 0;
  const push = resampler.push.bind(resampler);
  resampler.push = (pcm) => {
    taken += pcm.length;
    return push(pcm);
  };
  const queue = new ResampledQueue(resampler);
  queue.push(new Int16Array(160_000));
  assertEquals([queue.length > 470_000, taken], [true, 0]);
  assertEquals(queue.read(960).length, 960);
  assertEquals(taken < 400, true);
});
