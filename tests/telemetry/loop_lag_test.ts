import { assertEquals } from "@std/assert";
import { LoopLag } from "../../src/telemetry/loop_lag.ts";
import { FakeClock } from "../helpers/fake_clock.ts";

/** A clock whose timers fire when the test lets them, however late. */
class LateClock extends FakeClock {
  lateMs = 0;

  override now(): number {
    return super.now() + this.lateMs;
  }

  /** Lets the next timer fire so much after its time. */
  fireLate(lateMs: number): void {
    // Until the next timer begins to count, time stands where the late one found it.
    this.lateMs = lateMs;
    this.advance(100);
    this.lateMs = 0;
    this.advance(lateMs);
  }
}

Deno.test("a timer that fires late is told as lag, and remembered for ten seconds", () => {
  const clock = new LateClock();
  const loopLag = new LoopLag({ clock });
  const samples: number[] = [];
  loopLag.subscribe((lagMs) => samples.push(lagMs));
  assertEquals(loopLag.recentMaxMs, 0);
  loopLag.start();
  loopLag.start();
  clock.advance(100);
  assertEquals(samples, [0]);
  clock.fireLate(40);
  assertEquals(samples, [0, 40]);
  assertEquals(loopLag.recentMaxMs, 40);
  clock.advance(9_900);
  assertEquals(loopLag.recentMaxMs, 40);
  clock.advance(200);
  assertEquals(loopLag.recentMaxMs, 0);
  loopLag.stop();
  loopLag.stop();
  assertEquals(clock.pending, 0);
});

Deno.test("a stopped sampler leaves no timer, also when a listener stops it", () => {
  const clock = new FakeClock();
  const loopLag = new LoopLag({ clock });
  let samples = 0;
  loopLag.subscribe(() => {
    samples++;
    loopLag.stop();
  });
  loopLag.start();
  clock.advance(1_000);
  assertEquals([samples, clock.pending], [1, 0]);
  loopLag.start();
  clock.advance(1_000);
  assertEquals([samples, clock.pending], [2, 0]);
});
