import { assertEquals } from "@std/assert";
import { Load } from "../../../src/backends/fleet/load.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

function loadOf(limit: number) {
  const clock = new FakeClock();
  let rooms = 0;
  const load = new Load(clock, () => void rooms++);
  load.setLimit(limit);
  return { clock, load, rooms: () => rooms };
}

/** Takes as much as there is room for. */
function fill(load: Load): number {
  let taken = 0;
  for (; load.hasRoom; taken++) load.take();
  return taken;
}

Deno.test("a member is given up to its limit", () => {
  const { load } = loadOf(3);
  assertEquals(fill(load), 3);
  load.release();
  assertEquals([load.outstanding, load.hasRoom], [2, true]);
});

Deno.test("a member that has said nothing yet is given nothing", () => {
  assertEquals(fill(new Load(new FakeClock(), () => {})), 0);
});

Deno.test("a member that refuses keeps what it has, and gets more as it succeeds", () => {
  const { load, clock } = loadOf(6);
  fill(load);
  for (let i = 0; i < 3; i++) {
    load.refused();
    load.release();
  }
  assertEquals([load.outstanding, load.hasRoom, clock.pending], [3, false, 0]);
  // A round of successes makes room for one more.
  for (let i = 0; i < 4; i++) {
    load.succeeded();
    load.release();
    if (i < 3) load.take();
  }
  assertEquals(load.outstanding, 2);
  assertEquals(fill(load), 2);
  // What was learned is not forgotten when the member names the same limit again.
  load.setLimit(6);
  assertEquals(fill(load), 0);
  for (let i = 0; i < 100; i++) load.succeeded();
  assertEquals(fill(load), 2);
  load.setLimit(7);
  assertEquals(fill(load), 1);
});

Deno.test("a member that refuses the only one is left alone for longer and longer", () => {
  const { clock, load, rooms } = loadOf(4);
  for (const [index, ms] of [50, 100, 200, 400, 800, 1_000, 1_000].entries()) {
    load.take();
    load.refused();
    load.release();
    assertEquals(load.hasRoom, false);
    clock.advance(ms - 1);
    assertEquals(load.hasRoom, false);
    clock.advance(1);
    assertEquals([load.hasRoom, rooms()], [true, index + 1]);
  }
  load.succeeded();
  load.take();
  load.refused();
  load.release();
  clock.advance(50);
  assertEquals(load.hasRoom, true);
});

Deno.test("a member that says when to come again is heard, within reason", () => {
  const { clock, load } = loadOf(4);
  for (const [asked, ms] of [[300, 300], [60_000, 1_000]] as const) {
    load.take();
    load.refused(asked);
    load.release();
    clock.advance(ms - 1);
    assertEquals(load.hasRoom, false);
    clock.advance(1);
    assertEquals(load.hasRoom, true);
  }
  load.take();
  load.refused();
  load.close();
  assertEquals(clock.pending, 0);
});
