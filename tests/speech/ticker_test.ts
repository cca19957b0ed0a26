import { assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import { TICK_MS, Ticker } from "../../src/speech/ticker.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("an item is called once, at the first tick at or after its due time", () => {
  fc.assert(fc.property(fc.array(fc.nat(2_000), { minLength: 1, maxLength: 50 }), (delays) => {
    const clock = new FakeClock();
    const ticker = new Ticker(clock);
    const start = clock.now();
    const calls: number[][] = delays.map(() => []);
    delays.forEach((delay, index) => {
      ticker.schedule({ onTick: (now) => void calls[index]!.push(now - start) }, start + delay);
    });
    clock.advance(3_000);
    assertEquals(
      calls,
      delays.map((delay) => [Math.max(TICK_MS, Math.ceil(delay / TICK_MS) * TICK_MS)]),
    );
    assertEquals(ticker.size, 0);
  }));
});

Deno.test("scheduling again moves an item, and cancelling forgets it", () => {
  const clock = new FakeClock();
  const ticker = new Ticker(clock);
  const calls: string[] = [];
  const moved = { onTick: () => void calls.push(`moved at ${clock.now()}`) };
  const cancelled = { onTick: () => void calls.push("cancelled") };
  ticker.schedule(moved, clock.now() + 10);
  ticker.schedule(moved, clock.now() + 100);
  ticker.schedule(cancelled, clock.now() + 10);
  ticker.cancel(cancelled);
  ticker.cancel(cancelled);
  clock.advance(500);
  assertEquals(calls, ["moved at 1100"]);
});

Deno.test("an item may schedule itself again from its own call", () => {
  const clock = new FakeClock();
  const ticker = new Ticker(clock);
  const at: number[] = [];
  const item = {
    onTick(now: number) {
      at.push(now);
      if (at.length < 4) ticker.schedule(item, now + 20);
    },
  };
  ticker.schedule(item, clock.now() + 20);
  clock.advance(1_000);
  assertEquals(at, [1_020, 1_040, 1_060, 1_080]);
});

Deno.test("a due time further off than a turn of the wheel is not called early for good", () => {
  const clock = new FakeClock();
  const ticker = new Ticker(clock);
  const dueAt = clock.now() + 60_000;
  let doneAt = 0;
  const item = {
    onTick(now: number) {
      if (now < dueAt) ticker.schedule(item, dueAt);
      else doneAt = now;
    },
  };
  ticker.schedule(item, dueAt);
  clock.advance(61_000);
  assertEquals(doneAt, dueAt);
});

Deno.test("without anyone waiting there is no timer", () => {
  const clock = new FakeClock();
  const ticker = new Ticker(clock);
  ticker.schedule({ onTick: () => {} }, clock.now() + 20);
  assertEquals(clock.pending, 1);
  clock.advance(50);
  assertEquals(clock.pending, 0);
  const item = { onTick: () => {} };
  ticker.schedule(item, clock.now() + 20);
  ticker.cancel(item);
  assertEquals(clock.pending, 0);
});

Deno.test("a clock that jumps calls everything that fell due, in order", () => {
  const clock = new FakeClock();
  let late: (() => void) | undefined;
  const ticker = new Ticker({
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
    every(_ms, callback) {
      late = callback;
      return () => {};
    },
  });
  const calls: number[] = [];
  for (const delay of [30, 10, 20]) {
    ticker.schedule({ onTick: () => void calls.push(delay) }, clock.now() + delay);
  }
  clock.advance(400);
  late!();
  assertEquals(calls, [10, 20, 30]);
});
