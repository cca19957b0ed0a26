import { assertEquals } from "@std/assert";
import { ClockPlayback } from "../../../src/web/client/clock_playback.ts";
import { FakeClock } from "../../helpers/fake_clock.ts";

const RATE = 8_000;

/** A playback, and what it told. */
class Bench {
  readonly clock = new FakeClock();
  readonly told: string[] = [];
  readonly playback: ClockPlayback;

  constructor(isTold = false) {
    this.playback = new ClockPlayback({
      clock: this.clock,
      isTold,
      listener: {
        onPosition: (track, ms) => this.told.push(`${track}: ${ms}`),
        onHeard: (track) => this.told.push(`${track} heard`),
        onState: () => {},
      },
    });
  }

  write(track: number, ms: number): void {
    this.playback.write(track, new Int16Array(ms * RATE / 1_000), RATE);
  }

  /** What was told since the last call. */
  take(): string[] {
    return this.told.splice(0);
  }
}

Deno.test("audio is heard in real time, track after track, and the clock rests when it is", () => {
  const bench = new Bench();
  bench.write(1, 50);
  bench.playback.end(1);
  bench.write(2, 30);
  assertEquals(bench.playback.bufferedMs, 80);
  bench.clock.advance(40);
  assertEquals(bench.take(), ["1: 20", "1: 40"]);
  bench.clock.advance(20);
  assertEquals(bench.take(), ["1: 50", "1 heard", "2: 10"]);
  bench.clock.advance(1_000);
  assertEquals(bench.take(), ["2: 30"]);
  bench.playback.end(2);
  assertEquals(bench.take(), ["2 heard"]);
  assertEquals([bench.clock.pending, bench.playback.bufferedMs], [0, 0]);
});

Deno.test("running out inside a sentence is an underrun, after a sentence it is not", () => {
  const bench = new Bench();
  bench.write(1, 50);
  bench.clock.advance(100);
  assertEquals(bench.playback.underruns, 1);
  bench.write(1, 50);
  bench.playback.complete(1);
  bench.clock.advance(1_000);
  bench.write(1, 30);
  bench.playback.end(1);
  bench.clock.advance(1_000);
  assertEquals(bench.playback.underruns, 1);
});

Deno.test("a track without audio is heard when it ends", () => {
  const bench = new Bench();
  bench.playback.end(5);
  assertEquals(bench.take(), ["5 heard"]);
});

Deno.test("a cut keeps what was heard, and what comes before it", () => {
  const bench = new Bench();
  bench.write(1, 500);
  bench.write(2, 500);
  bench.clock.advance(110);
  bench.take();
  void bench.playback.cut([1], 200);
  assertEquals(bench.take(), ["1: 110"]);
  bench.clock.advance(90);
  assertEquals(bench.take().slice(-2), ["1: 200", "1 heard"]);
  bench.clock.advance(100);
  void bench.playback.cut([2, 9], 0);
  // Of one that never had audio, all was heard.
  assertEquals(bench.take().slice(-2), ["2 heard", "9 heard"]);
  assertEquals(bench.playback.bufferedMs, 0);
});

Deno.test("a pause stands still", () => {
  const bench = new Bench();
  bench.write(1, 500);
  bench.clock.advance(50);
  bench.playback.pause();
  assertEquals(bench.take().at(-1), "1: 50");
  bench.clock.advance(5_000);
  assertEquals(bench.take(), []);
  bench.playback.resume();
  bench.clock.advance(20);
  assertEquals(bench.take(), ["1: 70"]);
});

Deno.test("where only the program knows, time does nothing", () => {
  const bench = new Bench(true);
  bench.write(1, 500);
  bench.clock.advance(5_000);
  assertEquals(bench.take(), []);
  bench.playback.tell(1, 120);
  bench.playback.tell(1, 100);
  bench.playback.end(1);
  bench.playback.tell(1, 9_000);
  assertEquals(bench.take(), ["1: 120", "1: 500", "1 heard"]);
});
