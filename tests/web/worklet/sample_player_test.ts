import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import type { PlayerPosition } from "../../../src/web/worklet/messages.ts";
import { SamplePlayer } from "../../../src/web/worklet/sample_player.ts";

const RATE = 48_000;
const QUANTUM = 128;
const FADE = 240;
const START = 960;

/** A player, what it put out, and what it told. */
class Bench {
  readonly told: PlayerPosition[] = [];
  readonly out: number[] = [];
  readonly player: SamplePlayer;

  constructor(options: { startSamples?: number; fadeSamples?: number } = {}) {
    this.player = new SamplePlayer(
      { startSamples: START, fadeSamples: FADE, ...options },
      (position) => this.told.push(position),
    );
  }

  render(quanta: number): Float32Array {
    const from = this.out.length;
    for (let i = 0; i < quanta; i++) {
      const out = new Float32Array(QUANTUM).fill(NaN);
      this.player.render(out);
      this.out.push(...out);
    }
    return Float32Array.from(this.out.slice(from));
  }

  /** The greatest step from one sample put out to the next. */
  get steepest(): number {
    return this.out.reduce(
      (most, sample, i) => Math.max(most, Math.abs(sample - (this.out[i - 1] ?? 0))),
      0,
    );
  }
}

/** 200 Hz, full scale: a step of 0.026 from sample to sample at the most. */
function tone(from: number, count: number): Float32Array {
  return Float32Array.from(
    { length: count },
    (_, i) => Math.cos(2 * Math.PI * 200 * (from + i) / RATE),
  );
}

/** The greatest step of the tone, and of its fades, with some room. */
const SMOOTH = 0.04;

Deno.test("audio is put out as it came in, after a fade, and its end is told", () => {
  const bench = new Bench();
  bench.player.write(7, tone(0, 4_000));
  bench.player.complete(7);
  const out = bench.render(40);
  const expected = tone(0, 4_000);
  for (let i = FADE; i < 4_000; i++) assertAlmostEquals(out[i]!, expected[i]!, 1e-6);
  assertEquals(out[4_000 + FADE], 0);
  assertEquals(bench.told, [{ track: 7, played: 4_000, buffered: 0, underruns: 0 }]);
});

Deno.test("playing waits for enough audio, or for a sentence's end", () => {
  const enough = new Bench();
  enough.player.write(1, tone(0, START - 1));
  enough.render(3);
  assertEquals(enough.player.isPlaying, false);
  enough.player.write(1, tone(START - 1, 1));
  enough.render(1);
  assertEquals(enough.player.isPlaying, true);

  const complete = new Bench();
  complete.player.write(1, tone(0, 400));
  complete.player.complete(1);
  complete.render(1);
  assertEquals(complete.player.isPlaying, true);
});

Deno.test("running dry inside a sentence is an underrun, at its end it is not", () => {
  const bench = new Bench();
  bench.player.write(1, tone(0, 2_000));
  bench.render(30);
  assertEquals(bench.player.position.underruns, 1);
  bench.player.write(1, tone(2_000, 2_000));
  bench.player.complete(1);
  bench.render(30);
  const position = { track: 1, played: 4_000, buffered: 0, underruns: 1 };
  assertEquals(bench.player.position, position);
  bench.player.write(1, tone(4_000, 2_000));
  bench.player.complete(1);
  bench.render(30);
  assertEquals(bench.player.position, { ...position, played: 6_000 });
});

Deno.test("tracks follow each other without a seam, and each one's end is told", () => {
  const bench = new Bench();
  bench.player.write(1, tone(0, 3_000));
  bench.player.write(2, tone(3_000, 3_000));
  bench.player.complete(2);
  const out = bench.render(50);
  const expected = tone(0, 6_000);
  for (let i = FADE; i < 6_000; i++) assertAlmostEquals(out[i]!, expected[i]!, 1e-6);
  assertEquals(bench.told.map(({ track, played }) => [track, played]), [[1, 3_000], [2, 3_000]]);
});

Deno.test("a cut is silent after one fade, to the sample it tells, and other tracks go on", () => {
  const bench = new Bench();
  bench.player.write(1, tone(0, 4_000));
  bench.player.write(2, tone(0, 4_000));
  bench.player.write(3, tone(0, 4_000));
  bench.render(10);
  assertEquals(bench.player.cut([1, 2, 9], 0), [[1, 1_280], [2, 0]]);
  bench.player.pause();
  const silence = bench.render(10);
  assert(silence[FADE - 1] !== 0);
  assertEquals(silence.findLastIndex((sample) => sample !== 0), FADE - 1);
  bench.player.resume();
  bench.player.complete(3);
  bench.render(40);
  assertEquals(bench.player.position, { track: 3, played: 4_000, buffered: 0, underruns: 0 });
  assert(bench.steepest < SMOOTH, `a step of ${bench.steepest}`);
});

Deno.test("a cut in what is still to come leaves what is before it", () => {
  const bench = new Bench();
  bench.player.write(1, tone(0, 8_000));
  bench.render(10);
  assertEquals(bench.player.cut([1], 5_000), [[1, 1_280]]);
  assertEquals(bench.player.position.buffered, 5_000 - 1_280);
  bench.render(60);
  assertEquals(bench.player.position, { track: 1, played: 5_000, buffered: 0, underruns: 0 });
  // Behind what is played it cuts there.
  assertEquals(bench.player.cut([1], 3_000), [[1, 5_000]]);
});

Deno.test("a pause loses nothing", () => {
  const bench = new Bench({ fadeSamples: 1 });
  bench.player.write(1, tone(0, 4_000));
  bench.player.complete(1);
  const first = bench.render(10);
  bench.player.pause();
  bench.render(10);
  bench.player.resume();
  const second = bench.render(30);
  const heard = [...first, ...second].slice(0, 4_000);
  const expected = tone(0, 4_000);
  heard.forEach((sample, i) => {
    // One sample of fading in, at the start of each.
    if (i !== 0 && i !== 1_280) assertAlmostEquals(sample, expected[i]!, 1e-6);
  });
});

Deno.test("whatever happens when, nothing clicks, and every sample is accounted for", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ write: fc.integer({ min: 1, max: 3_000 }) }) },
    { weight: 4, arbitrary: fc.record({ render: fc.integer({ min: 1, max: 20 }) }) },
    fc.constantFrom("complete", "next", "pause", "resume", "cut", "cut later"),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const bench = new Bench();
      const { player } = bench;
      let track = 1;
      let place = 0;
      const written = new Map<number, number>();
      for (const step of steps) {
        if (typeof step === "object" && "write" in step) {
          player.write(track, tone(place, step.write));
          place += step.write;
          written.set(track, (written.get(track) ?? 0) + step.write);
        } else if (typeof step === "object") bench.render(step.render);
        else if (step === "complete") player.complete(track);
        else if (step === "next") track++;
        else if (step === "pause") player.pause();
        else if (step === "resume") player.resume();
        else {
          const from = step === "cut" ? 0 : (written.get(track) ?? 0) - 500;
          const at = player.position;
          player.cut([track], from);
          if (written.has(track)) {
            const played = at.track === track ? at.played : 0;
            written.set(track, Math.min(written.get(track)!, Math.max(from, played)));
          }
          track++;
        }
      }
      player.resume();
      for (const track of written.keys()) player.complete(track);
      bench.render(40 * 30);
      const { buffered, ...last } = player.position;
      assertEquals(buffered, 0);
      if (last.played > 0) assertEquals(last.played, written.get(last.track));
      assert(bench.out.every((sample) => Math.abs(sample) <= 1), "louder than its sounds");
      assert(bench.steepest < SMOOTH, `a step of ${bench.steepest}`);
    }),
    { numRuns: 60 },
  );
});
