import { assert, assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { BusyWindow } from "../../../src/telemetry/metrics/busy_window.ts";

const WORKERS = 4;
const WINDOW_MS = 15_000;
const SLOT_MS = 100;

/** A stretch of time and how many workers are busy in it. */
interface Stretch {
  readonly busy: number;
  readonly ms: number;
}

/** Busy time after `from`, of stretches that follow each other from `start` on. */
function busyMsSince(stretches: readonly Stretch[], start: number, from: number): number {
  let at = start;
  let sum = 0;
  for (const { busy, ms } of stretches) {
    sum += busy * Math.max(0, at + ms - Math.max(at, from));
    at += ms;
  }
  return sum;
}

Deno.test("utilisation is the busy share of the last 15 s, or of the time since the start", () => {
  // Whole slots, where the window's edge cannot fall into one that was partly busy.
  const stretch = fc.record({
    busy: fc.nat(WORKERS),
    ms: fc.integer({ min: 1, max: 12 }).map((slots) => slots * 12 * SLOT_MS),
  });
  fc.assert(fc.property(fc.nat(50), fc.array(stretch, { minLength: 1 }), (startS, stretches) => {
    const start = startS * 1_000;
    const window = new BusyWindow(WORKERS, start);
    let now = start;
    for (const [index, { busy, ms }] of stretches.entries()) {
      window.set(busy, now);
      now += ms;
      const from = Math.max(start, now - WINDOW_MS);
      const busyMs = busyMsSince(stretches.slice(0, index + 1), start, from);
      const expected = 100 * busyMs / ((now - from) * WORKERS);
      assert(Math.abs(window.percent(now) - expected) < 1e-9);
    }
  }));
});

Deno.test("inside a slot it is off by no more than what the slot can hold", () => {
  const stretch = fc.record({
    busy: fc.nat(WORKERS),
    ms: fc.double({ min: 0, max: 20_000, noNaN: true }),
  });
  const start = fc.double({ min: 0, max: 1e6, noNaN: true });
  fc.assert(fc.property(start, fc.array(stretch, { minLength: 1 }), (start, stretches) => {
    const window = new BusyWindow(WORKERS, start);
    let now = start;
    for (const [index, { busy, ms }] of stretches.entries()) {
      window.set(busy, now);
      now += ms;
      const from = Math.max(start, now - WINDOW_MS);
      const told = window.percent(now);
      assert(told >= 0 && told <= 100, `${told}`);
      if (now - from < 1) continue;
      const busyMs = busyMsSince(stretches.slice(0, index + 1), start, from);
      const expected = 100 * busyMs / ((now - from) * WORKERS);
      const slack = now - start <= WINDOW_MS ? 1e-6 : 100 * SLOT_MS / WINDOW_MS;
      assert(Math.abs(told - expected) <= slack, `${told}, not ${expected}`);
    }
  }));
});

Deno.test("before any time has passed nothing is busy", () => {
  const window = new BusyWindow(1, 500);
  window.set(1, 500);
  assertEquals(window.percent(500), 0);
  assertEquals(window.percent(501), 100);
});
