import { assert, assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { Declick } from "../../../src/backends/fleet/declick.ts";

Deno.test("audio that fits is not touched", () => {
  const declick = new Declick(70, 1000);
  const pcm = Int16Array.of(80, 90, 100);
  assertEquals(declick.fit(pcm, 70), pcm);
  assertEquals([declick.isDone, declick.step], [true, 0]);
});

Deno.test("audio that does not fit begins where the other stopped, and is itself after 5 ms", () => {
  const declick = new Declick(1_000, 1000);
  assertEquals(declick.fit(Int16Array.of(0, 0), 0), Int16Array.of(1_000, 800));
  assertEquals(declick.isDone, false);
  assertEquals(declick.fit(Int16Array.of(0, 0, 0, 7, 9), 0), Int16Array.of(600, 400, 200, 7, 9));
  assertEquals(declick.isDone, true);
});

Deno.test("audio without anything before it begins with the last sample", () => {
  assertEquals(new Declick(500, 1000).fit(Int16Array.of(100), undefined), Int16Array.of(500));
});

Deno.test("fitted audio stays in range and leaves the given alone", () => {
  const pcm = Int16Array.of(30_000, -30_000);
  const fitted = new Declick(32_767, 1000).fit(pcm, -32_768);
  assertEquals([fitted[0], pcm[0]], [32_767, 30_000]);
  assertEquals(new Declick(-32_768, 1000).fit(pcm, 32_767)[1], -32_768);
});

Deno.test("a join steps no further than the audio itself and its return to it", () => {
  const sample = fc.integer({ min: -8_000, max: 8_000 });
  fc.assert(
    fc.property(sample, sample, fc.array(sample, { minLength: 1 }), (last, before, audio) => {
      const fitted = new Declick(last, 16_000).fit(Int16Array.from(audio), before);
      const inside = [before, ...audio];
      const outside = [last, ...fitted];
      const back = Math.abs(last - before) / 80;
      for (let i = 1; i < inside.length; i++) {
        const own = Math.abs(inside[i]! - inside[i - 1]!);
        const step = Math.abs(outside[i]! - outside[i - 1]!);
        assert(step <= own + back + 1.000_001, `${step} where the audio has ${own}`);
      }
    }),
  );
});
