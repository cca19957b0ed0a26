import { assertEquals } from "@std/assert";
import { TokenBucket } from "../../src/lib/token_bucket.ts";
import fc from "../helpers/fast_check.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("a bucket gives what it holds at once, and then what comes in", () => {
  const clock = new FakeClock();
  const bucket = new TokenBucket({ clock, capacity: 3, perSecond: 2 });
  assertEquals([bucket.take(), bucket.take(2)], [undefined, undefined]);
  assertEquals([bucket.take(), bucket.waitMs(2)], [500, 1_000]);
  clock.advance(499);
  assertEquals(bucket.take(), 1);
  clock.advance(1);
  assertEquals(bucket.take(), undefined);
  clock.advance(60_000);
  assertEquals([bucket.take(3), bucket.take()], [undefined, 500]);
});

Deno.test("in any time, no more comes out than the bucket holds and what comes in", () => {
  const takes = fc.array(
    fc.record({ pauseMs: fc.nat(2_000), tokens: fc.integer({ min: 1, max: 9 }) }),
  );
  fc.assert(fc.property(takes, (takes) => {
    const clock = new FakeClock();
    const bucket = new TokenBucket({ clock, capacity: 10, perSecond: 5 });
    let [taken, elapsedMs] = [0, 0];
    for (const { pauseMs, tokens } of takes) {
      clock.advance(pauseMs);
      elapsedMs += pauseMs;
      const waitMs = bucket.take(tokens);
      if (waitMs === undefined) taken += tokens;
      else {
        clock.advance(waitMs);
        elapsedMs += waitMs;
        assertEquals(bucket.take(tokens), undefined, "there is enough when it said so");
        taken += tokens;
      }
      assertEquals(taken <= 10 + elapsedMs * 5 / 1_000 + 1e-6, true);
    }
  }));
});
