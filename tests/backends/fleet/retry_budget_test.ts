import { assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { RetryBudget } from "../../../src/backends/fleet/retry_budget.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

function take(budget: RetryBudget, tries: number): number {
  let taken = 0;
  for (let i = 0; i < tries; i++) if (budget.take()) taken++;
  return taken;
}

Deno.test("a retry budget begins full and is then earned by requests and by time", () => {
  const clock = new FakeClock();
  const budget = new RetryBudget({ clock, ratio: 0.25, perSecond: 2, burst: () => 5 });
  assertEquals(take(budget, 10), 5);
  for (let i = 0; i < 8; i++) budget.request();
  assertEquals(take(budget, 10), 2);
  clock.advance(1_500);
  assertEquals(take(budget, 10), 3);
  clock.advance(3_600_000);
  for (let i = 0; i < 1_000; i++) budget.request();
  assertEquals(take(budget, 10), 5);
});

Deno.test("a retry budget grows with what it is for", () => {
  let burst = 1;
  const budget = new RetryBudget({
    clock: new FakeClock(),
    ratio: 0,
    perSecond: 0,
    burst: () => burst,
  });
  assertEquals(take(budget, 3), 1);
  burst = 4;
  assertEquals(take(budget, 9), 3);
});

Deno.test("no more is ever taken from a retry budget than was earned", () => {
  const step = fc.record({
    ms: fc.nat(5_000),
    requests: fc.nat(20),
    tries: fc.nat(30),
  });
  fc.assert(fc.property(fc.array(step), (steps) => {
    const clock = new FakeClock();
    const budget = new RetryBudget({ clock, ratio: 0.2, perSecond: 3, burst: () => 10 });
    let earned = 10;
    let taken = 0;
    for (const { ms, requests, tries } of steps) {
      clock.advance(ms);
      for (let i = 0; i < requests; i++) budget.request();
      earned += ms * 3 / 1000 + requests * 0.2;
      taken += take(budget, tries);
      if (taken > earned + 1e-6) return false;
    }
    return true;
  }));
});
