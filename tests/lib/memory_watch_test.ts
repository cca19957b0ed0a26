import { assertEquals } from "@std/assert";
import { MemoryWatch } from "../../src/lib/memory_watch.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

Deno.test("memory is short before the limit is reached, and no longer when there is less", () => {
  const clock = new FakeClock();
  let bytes = 700;
  const watch = new MemoryWatch({ clock, read: () => bytes, limit: 1_000 });
  assertEquals(watch.isShort, false);
  for (const [next, isShort] of [[701, true], [1_200, true], [700, false]] as const) {
    bytes = next;
    clock.advance(50);
    assertEquals(watch.isShort, isShort);
  }
});

Deno.test("a look at the memory holds for a while, however often it is asked for", () => {
  const clock = new FakeClock();
  let looks = 0;
  const watch = new MemoryWatch({ clock, read: () => ++looks, limit: 1_000 });
  for (let ask = 0; ask < 1_000; ask++) watch.isShort;
  assertEquals(looks, 1);
  clock.advance(49);
  watch.isShort;
  assertEquals(looks, 1);
  clock.advance(1);
  watch.isShort;
  assertEquals(looks, 2);
  assertEquals(clock.pending, 0);
});
