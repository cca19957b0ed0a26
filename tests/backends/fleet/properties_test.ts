/**
 * Whatever the members do, as long as one of them is there in the end.
 */

import { assert, assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import type { MemberErrorCode } from "../../../src/backends/fleet.ts";
import type { Fault, ScriptedMemberOptions } from "./scripted_member.ts";
import { type Listening, TestFleet } from "./test_fleet.ts";
import { speak } from "./toy_engine.ts";

/** When everything that goes wrong has gone wrong, in ms. */
const TROUBLE_MS = 4_000;

/** When every sentence is over. */
const END_MS = 120_000;

interface Disaster {
  readonly member: number;
  readonly atMs: number;
  readonly forMs: number;
  readonly kind: "die" | "freeze" | "drain";
}

interface Said {
  readonly atMs: number;
  readonly words: number;
  /** Time after which it is cancelled, in ms. */
  readonly cancelMs: number | undefined;
}

interface Scene {
  readonly members: readonly Omit<ScriptedMemberOptions, "clock" | "address">[];
  /** What happens to the first syntheses of each member. */
  readonly faults: readonly (readonly (Fault | undefined)[])[];
  readonly disasters: readonly Disaster[];
  readonly said: readonly Said[];
  readonly hedgeAfterMs: number;
}

const codes: readonly MemberErrorCode[] = ["unavailable", "overloaded", "internal", "timeout"];

const fault: fc.Arbitrary<Fault | undefined> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.record({ after: fc.nat(6), fail: fc.constantFrom(...codes) }),
  },
  { weight: 1, arbitrary: fc.record({ after: fc.nat(6), stall: fc.constant(true as const) }) },
  { weight: 1, arbitrary: fc.record({ after: fc.nat(6), throws: fc.constant(new Error("oh")) }) },
);

const sometime = fc.nat(TROUBLE_MS / 2);

function scenes(deterministic: boolean): fc.Arbitrary<Scene> {
  const member = fc.record({
    capabilities: fc.record({
      maxConcurrent: fc.integer({ min: 1, max: 3 }),
      deterministic: fc.constant(deterministic),
    }),
    firstMs: fc.nat(80),
    paceMs: fc.integer({ min: 1, max: 60 }),
    chunkMs: fc.integer({ min: 15, max: 90 }),
    words: fc.constantFrom("with" as const, "first" as const),
  });
  return fc.record({
    members: fc.array(member, { minLength: 1, maxLength: 4 }),
    faults: fc.array(fc.array(fault, { maxLength: 6 }), { minLength: 4, maxLength: 4 }),
    disasters: fc.array(
      fc.record({
        member: fc.nat(3),
        atMs: sometime,
        forMs: sometime,
        kind: fc.constantFrom("die" as const, "freeze" as const, "drain" as const),
      }),
      { maxLength: 8 },
    ),
    said: fc.array(
      fc.record({
        atMs: fc.nat(TROUBLE_MS),
        words: fc.integer({ min: 1, max: 9 }),
        cancelMs: fc.option(fc.nat(1_000), { nil: undefined, freq: 4 }),
      }),
      { minLength: 1, maxLength: 12 },
    ),
    hedgeAfterMs: fc.constantFrom(0, 0, 120),
  });
}

const WORDS = "one three seven eleven thirteen fourteen of all others".split(" ");

/** Plays a scene to its end. */
async function play(scene: Scene, settings: { retryBurst: number; maxAttempts: number }) {
  const { members, faults, disasters, said, hedgeAfterMs } = scene;
  const test = await TestFleet.create({
    rounds: 2,
    members: members.map((member, index) => ({
      ...member,
      fault: (_, call) => faults[index]![call],
    })),
    settings: {
      ...settings,
      hedgeAfterMs,
      retriesPerSecond: 1,
      retryRatio: 0.1,
      firstChunkTimeoutMs: 500,
      chunkTimeoutMs: 300,
      unavailableTimeoutMs: 30_000,
    },
  });
  const plan: [number, () => void][] = [];
  for (const { member: index, atMs, forMs, kind } of disasters) {
    const member = test.members[index % members.length]!;
    plan.push([atMs, () => begin(member, kind)]);
    plan.push([atMs + forMs, () => end(member, kind)]);
  }
  const sentences: { readonly said: Said; readonly listening: Listening }[] = [];
  for (const one of said) {
    const abort = new AbortController();
    plan.push([one.atMs, () => {
      const text = WORDS.slice(0, one.words).join(" ");
      sentences.push({ said: one, listening: test.say(text, { signal: abort.signal }) });
    }]);
    const { cancelMs } = one;
    if (cancelMs !== undefined) {
      plan.push([one.atMs + cancelMs, () => {
        abort.abort();
        assertLimits(test);
      }]);
    }
  }
  plan.sort(([a], [b]) => a - b);
  const startedAt = test.clock.now();
  for (const [atMs, act] of plan) {
    await test.clock.advanceAsync(startedAt + atMs - test.clock.now());
    assertLimits(test);
    act();
  }
  await test.clock.advanceAsync(startedAt + END_MS - test.clock.now());
  return { test, sentences, seconds: END_MS / 1000 };
}

function begin(member: TestFleet["members"][number], kind: Disaster["kind"]): void {
  if (kind === "die") member.die();
  if (kind === "freeze") member.freeze();
  if (kind === "drain" && member.isAlive) member.setHealth("not_serving");
}

function end(member: TestFleet["members"][number], kind: Disaster["kind"]): void {
  if (kind === "die") member.revive();
  if (kind === "freeze") member.thaw();
  if (kind === "drain" && member.isAlive) member.setHealth("serving");
}

function assertLimits(test: TestFleet): void {
  for (const [index, { outstanding, limit }] of test.fleet.stats().entries()) {
    assert(outstanding >= 0 && outstanding <= limit, `${outstanding} of ${limit} at ${index}`);
  }
}

/** What holds after every scene. */
async function assertNothingLeft(test: TestFleet): Promise<void> {
  assertEquals(test.outstanding, test.members.map(() => 0));
  for (const member of test.members) {
    assertEquals(member.active, 0);
    assert(member.maxActive <= member.capabilitiesNow.maxConcurrent);
  }
  await test.close();
}

Deno.test("each sentence is given once, whole and exact, whatever happens to the members", async () => {
  await fc.assert(
    fc.asyncProperty(scenes(true), async (scene) => {
      const settings = { retryBurst: 1_000, maxAttempts: 100 };
      const { test, sentences } = await play(scene, settings);
      for (const { said, listening } of sentences) {
        assert(listening.isOver);
        if (said.cancelMs === undefined || listening.error === undefined) listening.assertExact();
        else assertIsBeginning(listening);
      }
      for (const { kind } of test.eventsOf("joined")) assertEquals(kind, "exact");
      await assertNothingLeft(test);
    }),
    { numRuns: 100 },
  );
});

Deno.test("where no engine is exact each word is given once and in order, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(scenes(false), async (scene) => {
      const settings = { retryBurst: 1_000, maxAttempts: 100 };
      const { test, sentences } = await play(scene, settings);
      for (const { said, listening } of sentences) {
        assert(listening.isOver);
        if (said.cancelMs !== undefined && listening.error !== undefined) continue;
        assertEquals(listening.error, undefined);
        assertWords(listening);
        // Where timings are there in time, words that sound the same everywhere can be joined so.
        if (scene.members.some(({ words }) => words !== "first")) continue;
        assertAudio(listening, test.eventsOf("joined").length);
      }
      await assertNothingLeft(test);
    }),
    { numRuns: 100 },
  );
});

Deno.test("no more is tried again than the budget allows, and what fails fails with a reason", async () => {
  await fc.assert(
    fc.asyncProperty(scenes(true), fc.nat(3), async (scene, retryBurst) => {
      const { test, sentences, seconds } = await play(scene, { retryBurst, maxAttempts: 4 });
      const limits = test.members.reduce((sum, m) => sum + m.capabilitiesNow.maxConcurrent, 0);
      const allowed = Math.max(retryBurst, limits) + sentences.length * 0.1 + seconds;
      const retries = test.eventsOf("failover").length + test.eventsOf("hedge_started").length;
      assert(retries <= allowed, `${retries} of ${allowed}`);
      for (const { said, listening } of sentences) {
        assert(listening.isOver);
        if (listening.error === undefined) listening.assertExact();
        else {
          assertIsBeginning(listening);
          const { name } = listening.error as Error;
          assert(name === "MemberError" || (name === "AbortError" && said.cancelMs !== undefined));
        }
      }
      await assertNothingLeft(test);
    }),
    { numRuns: 100 },
  );
});

/** What came of a sentence is how it begins. */
function assertIsBeginning({ text, samples, words }: Listening): void {
  const expected = speak(text);
  assertEquals(samples, [...expected.pcm.slice(0, samples.length)]);
  assertEquals(words, expected.words.slice(0, words.length));
}

/** All of the text's audio once; in no more places than there are joins 5 ms of it are others. */
function assertAudio({ text, samples }: Listening, joins: number): void {
  const { pcm } = speak(text);
  assertEquals(samples.length, pcm.length);
  let places = 0;
  let placeEnd = 0;
  for (const [i, sample] of samples.entries()) {
    if (sample === pcm[i] || i < placeEnd) continue;
    places++;
    placeEnd = i + 5;
  }
  assert(places <= joins, `audio differs in ${places} places after ${joins} joins`);
}

/** Every word of the text once, in order, at its time. */
function assertWords({ text, words, samples }: Listening): void {
  const expected = speak(text).words;
  assertEquals(words.map(({ start, end }) => [start, end]), expected.map((w) => [w.start, w.end]));
  for (const [index, word] of words.entries()) {
    assert(word.endMs >= word.startMs && word.endMs <= samples.length + 1e-6);
    assert(index === 0 || word.startMs >= words[index - 1]!.endMs - 1e-6);
  }
}
