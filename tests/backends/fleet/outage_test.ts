import { assert, assertEquals } from "@std/assert";
import type { MemberError } from "../../../src/backends/fleet.ts";
import { type Listening, TestFleet } from "./test_fleet.ts";

/** Members that take about a second for a sentence. */
const steady = { paceMs: 80, firstMs: 20, capabilities: { maxConcurrent: 8 } };

function assertAllExact(sentences: readonly Listening[]): void {
  for (const sentence of sentences) sentence.assertExact();
}

Deno.test("when all members die for 5 s sentences wait, and nothing is lost", async () => {
  const test = await TestFleet.create({ members: [steady, steady, steady] });
  const sentences: Listening[] = Array.from({ length: 9 }, () => test.say());
  await test.clock.advanceAsync(300);
  for (const member of test.members) member.die();
  for (let i = 0; i < 50; i++) {
    sentences.push(test.say());
    await test.clock.advanceAsync(100);
  }
  assertEquals(test.fleet.capacity, 0);
  assertEquals(sentences.some(({ isOver }) => isOver), false);
  for (const member of test.members) member.revive();
  await test.clock.advanceAsync(10_000);
  assertAllExact(sentences);
  assertEquals(test.fleet.capacity, 24);
  // The last chunk came 40 ms before, the next follows the four that are spoken again.
  const begun = sentences.slice(0, 9).map(({ longestGapMs }) => longestGapMs);
  assertEquals(Math.max(...begun), 40 + 5_000 + 20 + 4 * 80);
  assert(test.eventsOf("failover").every(({ phase }) => phase === "mid_sentence"));
  await test.close();
});

Deno.test("a sentence does not wait for ever where nobody is up", async () => {
  const test = await TestFleet.create({
    members: [steady],
    settings: { unavailableTimeoutMs: 4_000 },
  });
  test.members[0]!.die();
  const sentence = test.say();
  await test.clock.advanceAsync(3_999);
  assertEquals(sentence.isOver, false);
  await test.clock.advanceAsync(1);
  const error = sentence.error as MemberError;
  assertEquals([error.code, error.message], ["unavailable", "no backend was up for 4000 ms"]);
  await test.close();
});

Deno.test("who comes late in an outage is told when it has lasted too long, not later", async () => {
  const test = await TestFleet.create({
    members: [steady, steady],
    settings: { unavailableTimeoutMs: 4_000 },
  });
  for (const member of test.members) member.die();
  await test.clock.advanceAsync(1_000);
  const early = test.say();
  await test.clock.advanceAsync(2_900);
  assertEquals(early.isOver, false);
  await test.clock.advanceAsync(200);
  assertEquals((early.error as MemberError).code, "unavailable");
  const late = Array.from({ length: 20 }, () => test.say());
  await test.clock.advanceAsync(1);
  for (const { error } of late) assertEquals((error as MemberError).code, "unavailable");
  for (const member of test.members) member.revive();
  await test.clock.advanceAsync(1_000);
  const spoken = test.say();
  await test.clock.advanceAsync(3_000);
  spoken.assertExact();
  await test.close();
});

Deno.test("time in which somebody was up does not count as an outage", async () => {
  const test = await TestFleet.create({
    members: [{ ...steady, capabilities: { maxConcurrent: 1 } }],
    settings: { unavailableTimeoutMs: 1_000, busyTimeoutMs: 5_000, firstChunkTimeoutMs: 4_000 },
  });
  test.members[0]!.firstMs = 3_500;
  test.say();
  const sentence = test.say();
  await test.clock.advanceAsync(900);
  test.members[0]!.setHealth("not_serving");
  await test.clock.advanceAsync(900);
  test.members[0]!.setHealth("serving");
  await test.clock.advanceAsync(900);
  test.members[0]!.setHealth("not_serving");
  await test.clock.advanceAsync(900);
  assertEquals(sentence.isOver, false);
  await test.clock.advanceAsync(100);
  assertEquals((sentence.error as MemberError).message, "no backend was up for 1000 ms");
  await test.close();
});

Deno.test("a killed member costs no listener a sample", async () => {
  const test = await TestFleet.create({ members: [steady, steady, steady] });
  const sentences: Listening[] = [];
  for (let second = 0; second < 30; second++) {
    const victim = test.members[second % 3]!;
    if (second % 2 === 0) victim.die();
    for (let i = 0; i < 5; i++) {
      sentences.push(test.say(`Sentence number ${sentences.length} is spoken now.`));
      await test.clock.advanceAsync(200);
    }
    // Each is away for three seconds.
    if (second >= 3) test.members[(second - 3) % 3]!.revive();
  }
  for (const member of test.members) member.revive();
  await test.clock.advanceAsync(20_000);
  assertAllExact(sentences);
  assert(test.eventsOf("failover").length >= 10);
  assertEquals(test.outstanding, [0, 0, 0]);
  // A member that is gone is known to be: its breaker has nothing to add for long.
  assert(test.fleet.stats().every(({ breaker, up }) => up && breaker === "closed"));
  await test.close();
});

Deno.test("a frozen member is found out within the deadline, and then left alone", async () => {
  const test = await TestFleet.create({
    members: [steady, steady],
    settings: { firstChunkTimeoutMs: 600, chunkTimeoutMs: 500 },
  });
  const first = [test.say(), test.say(), test.say(), test.say()];
  await test.clock.advanceAsync(300);
  test.members[0]!.freeze();
  await test.clock.advanceAsync(600);
  assertEquals(test.fleet.stats().map(({ up }) => up), [false, true]);
  const later = Array.from({ length: 4 }, () => test.say());
  await test.clock.advanceAsync(5_000);
  assertAllExact([...first, ...later]);
  assertEquals(test.members[0]!.requests.length, 2);
  // The deadline, and the four chunks that are spoken again.
  assertEquals(Math.max(...first.map(({ longestGapMs }) => longestGapMs)), 500 + 20 + 4 * 80);
  assertEquals(Math.max(...later.map(({ firstAt }) => firstAt!)), 1_920);
  // It is asked from time to time, and used again when it answers.
  test.members[0]!.thaw();
  await test.clock.advanceAsync(2_000);
  assertEquals(test.fleet.stats().map(({ up, breaker }) => [up, breaker]), [
    [true, "closed"],
    [true, "closed"],
  ]);
  await test.close();
});

Deno.test("a member that takes no more sentences finishes those it has", async () => {
  const test = await TestFleet.create({ members: [steady, steady] });
  const first = [test.say(), test.say()];
  await test.clock.advanceAsync(100);
  test.members[0]!.setHealth("not_serving");
  const later = [test.say(), test.say()];
  await test.clock.advanceAsync(5_000);
  assertAllExact([...first, ...later]);
  assertEquals(test.members.map(({ finished }) => finished), [1, 3]);
  assertEquals(test.eventsOf("failover"), []);
  assertEquals(test.eventsOf("backend_down"), [
    { type: "backend_down", backend: "a:1", reason: "not_serving" },
  ]);
  await test.close();
});

Deno.test("a member whose engine fails is left out, and probed at nobody's cost", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 0, fail: "internal" }) }, {}],
    settings: { breakerOpenMs: 500, breakerMaxOpenMs: 4_000 },
  });
  const [broken] = test.members;
  broken!.probeFails = true;
  const sentences: Listening[] = [];
  const speakFor = async (seconds: number) => {
    for (let i = 0; i < 10 * seconds; i++) {
      sentences.push(test.say());
      await test.clock.advanceAsync(100);
    }
  };
  await speakFor(10);
  assertEquals(broken!.requests.length, 3);
  // After 0.5, 1.5, 3.5 and 7.5 s.
  assertEquals(broken!.probes, 4);
  assertEquals(test.fleet.stats()[0]!.breaker, "open");
  assertEquals(test.fleet.capacity, 2);
  broken!.probeFails = false;
  broken!.fault = () => undefined;
  await speakFor(10);
  assertEquals(test.fleet.stats()[0]!.breaker, "closed");
  assert(broken!.requests.length > 20);
  assertAllExact(sentences);
  assertEquals(test.eventsOf("breaker_changed").at(-1)?.state, "closed");
  await test.close();
});

Deno.test("a member that breaks off everything but answers probes does not get them sooner", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 0, fail: "unavailable" }) }, {}],
    settings: { breakerOpenMs: 1_000 },
  });
  for (let i = 0; i < 70; i++) {
    test.say();
    await test.clock.advanceAsync(100);
  }
  // It was tried three times, and three times more after 1 and 3 s; the third time is at 7 s.
  assertEquals(test.members[0]!.requests.length, 9);
  await test.close();
});

Deno.test("a single member that comes back is used at once", async () => {
  const test = await TestFleet.create({ members: [steady] });
  const first = [test.say(), test.say(), test.say(), test.say()];
  await test.clock.advanceAsync(100);
  test.members[0]!.die();
  await test.clock.advanceAsync(3_000);
  assertEquals(test.fleet.stats()[0]!.breaker, "open");
  test.members[0]!.revive();
  await test.clock.advanceAsync(0);
  assertEquals(test.fleet.stats()[0]!.breaker, "closed");
  assertEquals(test.outstanding, [4]);
  await test.clock.advanceAsync(5_000);
  assertAllExact(first);
  await test.close();
});
