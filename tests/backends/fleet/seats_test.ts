import { assertEquals } from "@std/assert";
import type { MemberError } from "../../../src/backends/fleet.ts";
import { type Listening, TestFleet } from "./test_fleet.ts";

/** Members that take their time, with those limits. */
function slowMembers(...limits: readonly number[]) {
  return limits.map((maxConcurrent) => ({ capabilities: { maxConcurrent }, firstMs: 1_000 }));
}

function codeOf({ error }: Listening): string | undefined {
  return (error as MemberError | undefined)?.code;
}

Deno.test("a sentence goes to the member with the fewest, ties go round", async () => {
  const test = await TestFleet.create({ members: slowMembers(4, 4, 4) });
  for (let i = 0; i < 7; i++) test.say();
  await test.clock.advanceAsync(0);
  assertEquals(test.outstanding, [3, 2, 2]);
  await test.clock.advanceAsync(1_000);
  assertEquals(test.outstanding, [0, 0, 0]);
  // The first was last chosen before the others were.
  const order: string[] = [];
  for (let i = 0; i < 6; i++) {
    const sentence = test.say();
    await test.clock.advanceAsync(1_000);
    sentence.assertExact();
    order.push(test.eventsOf("request_ended").at(-1)!.backend);
  }
  assertEquals(order, ["b:1", "c:1", "a:1", "b:1", "c:1", "a:1"]);
  await test.close();
});

Deno.test("each member has its own limit", async () => {
  const test = await TestFleet.create({ members: slowMembers(1, 2, 5) });
  const sentences = Array.from({ length: 20 }, () => test.say());
  await test.clock.advanceAsync(0);
  assertEquals(test.outstanding, [1, 2, 5]);
  assertEquals(test.fleet.waiting, 12);
  await test.clock.advanceAsync(10_000);
  for (const sentence of sentences) sentence.assertExact();
  assertEquals(test.members.map(({ maxActive }) => maxActive), [1, 2, 5]);
  await test.close();
});

Deno.test("sentences wait in the order in which they came", async () => {
  const test = await TestFleet.create({ members: slowMembers(1) });
  const sentences = Array.from({ length: 4 }, () => test.say());
  await test.clock.advanceAsync(10_000);
  assertEquals(sentences.map(({ endedAt }) => endedAt), [2_000, 3_000, 4_000, 5_000]);
  await test.close();
});

Deno.test("a sentence waits for a member that has its voice, and holds up no other", async () => {
  const [a, b] = slowMembers(1, 1);
  const test = await TestFleet.create({
    members: [{ ...a!, voices: ["one"] }, { ...b!, voices: ["two"] }],
  });
  assertEquals(test.fleet.voices.map(({ id }) => id), ["one", "two"]);
  const ones = [test.say(), test.say()];
  const twos = [test.say("Two.", { voice: "two" }), test.say("Two.", { voice: "two" })];
  await test.clock.advanceAsync(10_000);
  assertEquals([...ones, ...twos].map(({ endedAt }) => endedAt), [2_000, 3_000, 2_000, 3_000]);
  assertEquals(test.members.map(({ requests }) => requests.length), [2, 2]);
  await test.close();
});

Deno.test("a sentence that has begun is served before those that have not", async () => {
  const test = await TestFleet.create({
    members: [
      {
        capabilities: { maxConcurrent: 1 },
        fault: () => ({ after: 2, fail: "internal" }),
        paceMs: 10,
      },
      ...slowMembers(1),
    ],
  });
  // The first member gives some of its sentence and fails, while the other one is busy.
  const begun = test.say();
  await test.clock.advanceAsync(5);
  const busy = test.say();
  test.members[0]!.setHealth("not_serving");
  const fresh = [test.say(), test.say()];
  await test.clock.advanceAsync(10_000);
  for (const sentence of [begun, busy, ...fresh]) sentence.assertExact();
  assertEquals(busy.endedAt, 2_005);
  assertEquals(begun.endedAt, 3_005);
  assertEquals(fresh.map(({ endedAt }) => endedAt), [4_005, 5_005]);
  await test.close();
});

Deno.test("only so many sentences may wait", async () => {
  const test = await TestFleet.create({ members: slowMembers(1), settings: { maxWaiting: 2 } });
  const sentences = Array.from({ length: 5 }, () => test.say());
  await test.clock.advanceAsync(0);
  assertEquals(sentences.map(codeOf), [
    undefined,
    undefined,
    undefined,
    "overloaded",
    "overloaded",
  ]);
  await test.clock.advanceAsync(10_000);
  for (const sentence of sentences.slice(0, 3)) sentence.assertExact();
  await test.close();
});

Deno.test("a sentence that has begun is never turned away", async () => {
  const test = await TestFleet.create({
    members: [{ ...slowMembers(1)[0]!, fault: () => ({ after: 1, fail: "internal" }) }, {
      ...slowMembers(1)[0]!,
      firstMs: 5_000,
    }],
    settings: { maxWaiting: 1, firstChunkTimeoutMs: 6_000 },
  });
  const begun = test.say();
  test.say();
  test.say();
  const refused = test.say();
  await test.clock.advanceAsync(500);
  test.members[0]!.setHealth("not_serving");
  await test.clock.advanceAsync(500);
  assertEquals([codeOf(refused), begun.isOver, begun.samples.length], ["overloaded", false, 50]);
  assertEquals(test.fleet.waiting, 2);
  await test.clock.advanceAsync(20_000);
  begun.assertExact();
  await test.close();
});

Deno.test("a sentence waits for room only so long", async () => {
  const test = await TestFleet.create({
    members: [{ capabilities: { maxConcurrent: 1 }, firstMs: 2_500 }],
    settings: { busyTimeoutMs: 2_000 },
  });
  const sentences = [test.say(), test.say()];
  await test.clock.advanceAsync(1_999);
  assertEquals(sentences[1]!.isOver, false);
  await test.clock.advanceAsync(1);
  assertEquals(codeOf(sentences[1]!), "overloaded");
  assertEquals(test.fleet.waiting, 0);
  await test.clock.advanceAsync(10_000);
  sentences[0]!.assertExact();
  await test.close();
});

Deno.test("who waits can stop waiting", async () => {
  const test = await TestFleet.create({ members: slowMembers(1) });
  const abort = new AbortController();
  const sentences = [test.say(), test.say("Hm.", { signal: abort.signal }), test.say()];
  await test.clock.advanceAsync(10);
  assertEquals(test.fleet.waiting, 2);
  const reason = new Error("never mind");
  abort.abort(reason);
  assertEquals(test.fleet.waiting, 1);
  await test.clock.advanceAsync(10_000);
  assertEquals(sentences[1]!.error, reason);
  assertEquals(test.members[0]!.requests.length, 2);
  await test.close();
});

Deno.test("a seat that comes in the moment of the abort is not lost", async () => {
  const test = await TestFleet.create({ members: slowMembers(1) });
  const first = new AbortController();
  const second = new AbortController();
  test.say("One.", { signal: first.signal });
  const waiting = test.say("Two.", { signal: second.signal });
  await test.clock.advanceAsync(10);
  first.abort();
  assertEquals(test.outstanding, [1]);
  second.abort();
  await test.clock.advanceAsync(0);
  assertEquals(waiting.error, second.signal.reason);
  assertEquals(test.outstanding, [0]);
  await test.close();
});
