import { assert, assertEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import type { Tenant } from "../../src/speech/fair_queue.ts";
import { Turns } from "../../src/speech/turns.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** Work of so many pieces that take so long. */
class Work {
  readonly #turns: Turns;
  readonly #tenant: Tenant;
  readonly #onPiece: () => void;
  left: number;

  constructor(turns: Turns, tenant: string, pieces: number, onPiece: () => void) {
    this.#turns = turns;
    this.#tenant = { id: tenant, weight: 1 };
    this.left = pieces;
    this.#onPiece = onPiece;
  }

  readonly onTick = (): void => {
    while (this.left > 0 && this.#turns.take(this, this.#tenant)) {
      this.left--;
      this.#onPiece();
    }
  };

  cancel(): void {
    this.#turns.cancel(this, this.#tenant);
  }
}

Deno.test("all work is done, a few milliseconds at a time, and nobody is left waiting", async () => {
  const works = fc.array(
    fc.record({ tenant: fc.constantFrom("a", "b", "c"), pieces: fc.nat(30) }),
    { maxLength: 12 },
  );
  await fc.assert(fc.asyncProperty(works, fc.integer({ min: 1, max: 10 }), async (wanted, ms) => {
    const clock = new FakeClock(0);
    const turns = new Turns(clock, () => false);
    const begun: number[] = [];
    const all = wanted.map(({ tenant, pieces }) =>
      new Work(turns, tenant, pieces, () => {
        begun.push(clock.now());
        clock.spend(ms);
      })
    );
    // Somebody whose timer is due all the time: it is called between any two turns.
    let servedAt = 0;
    let longestMs = 0;
    const cancel = clock.every(1, () => {
      longestMs = Math.max(longestMs, clock.now() - servedAt);
      servedAt = clock.now();
    });
    for (const work of all) work.onTick();
    await clock.advanceAsync(10_000);
    cancel();
    assertEquals(all.map(({ left }) => left), all.map(() => 0));
    assertEquals([turns.size, clock.pending], [0, 0]);
    assert(longestMs <= 4 + 2 * ms, `${longestMs} ms`);
  }));
});

Deno.test("a tenant with many is served no more often than one with one", async () => {
  const clock = new FakeClock(0);
  const turns = new Turns(clock, () => false);
  const order: string[] = [];
  const work = (tenant: string, pieces: number) =>
    new Work(turns, tenant, pieces, () => {
      order.push(tenant);
      clock.spend(4);
    });
  const many = Array.from({ length: 10 }, () => work("many", 10));
  for (const each of many) each.onTick();
  work("one", 5).onTick();
  await clock.advanceAsync(10_000);
  const until = order.lastIndexOf("one");
  assertEquals(order.slice(1, until + 1).join(" "), "many one many one many one many one many one");
  assertEquals(order.length, 105);
});

Deno.test("who does not want to go on any more is not called", async () => {
  const clock = new FakeClock(0);
  const turns = new Turns(clock, () => false);
  const [first, second] = [1, 2].map(() => new Work(turns, "a", 5, () => clock.spend(4)));
  first!.onTick();
  second!.onTick();
  assertEquals(turns.size, 2);
  second!.cancel();
  second!.cancel();
  await clock.advanceAsync(1_000);
  assertEquals([first!.left, second!.left, turns.size, clock.pending], [0, 5, 0, 0]);
});

Deno.test("while it rests, half of the time is left to others", async () => {
  const clock = new FakeClock(0);
  const turns = new Turns(clock, () => true);
  const all = Array.from({ length: 5 }, () => new Work(turns, "a", 20, () => clock.spend(1)));
  for (const work of all) work.onTick();
  await clock.advanceAsync(1_000);
  assertEquals(all.map(({ left }) => left), [0, 0, 0, 0, 0]);
  const busy = new Work(turns, "a", 1_000, () => clock.spend(1));
  busy.onTick();
  await clock.advanceAsync(1_000);
  assert(busy.left >= 480 && busy.left <= 520, `${busy.left} of 1000 left after as many ms`);
});
