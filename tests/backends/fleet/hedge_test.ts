import { assertEquals } from "@std/assert";
import type { MemberError } from "../../../src/backends/fleet.ts";
import { TestFleet } from "./test_fleet.ts";

const settings = { hedgeAfterMs: 100, firstChunkTimeoutMs: 1_000 };

Deno.test("a late sentence is asked for elsewhere too, and the first to speak wins", async () => {
  const test = await TestFleet.create({ members: [{ firstMs: 400 }, { firstMs: 30 }], settings });
  const sentence = test.say();
  await test.clock.advanceAsync(99);
  assertEquals(test.outstanding, [1, 0]);
  await test.clock.advanceAsync(1);
  assertEquals(test.outstanding, [1, 1]);
  await test.clock.advanceAsync(30);
  sentence.assertExact();
  assertEquals(test.outstanding, [0, 0]);
  assertEquals(test.members.map(({ active, cancelled }) => [active, cancelled]), [[0, 1], [0, 0]]);
  assertEquals(test.eventsOf("hedge_started"), [{ type: "hedge_started", backend: "b:1" }]);
  assertEquals(test.eventsOf("hedge_ended"), [{ type: "hedge_ended", won: true }]);
  assertEquals(test.eventsOf("request_ended").map(({ backend, code }) => [backend, code]), [
    ["a:1", "cancelled"],
    ["b:1", "ok"],
  ]);
  assertEquals(test.eventsOf("failover"), []);
  await test.close();
});

Deno.test("a hedge that comes second is cancelled", async () => {
  const test = await TestFleet.create({ members: [{ firstMs: 120 }, { firstMs: 300 }], settings });
  const sentence = test.say();
  await test.clock.advanceAsync(120);
  sentence.assertExact();
  assertEquals(test.eventsOf("hedge_ended"), [{ type: "hedge_ended", won: false }]);
  assertEquals(test.members[1]!.cancelled, 1);
  await test.close();
});

Deno.test("a sentence in time is not hedged, and by default none is", async () => {
  for (const hedgeAfterMs of [100, 0]) {
    const firstMs = hedgeAfterMs === 0 ? 900 : 99;
    const test = await TestFleet.create({
      members: [{ firstMs }, {}],
      settings: { hedgeAfterMs, firstChunkTimeoutMs: 1_000 },
    });
    const sentence = test.say();
    await test.clock.advanceAsync(1_000);
    sentence.assertExact();
    assertEquals(test.members[1]!.requests, []);
    await test.close();
  }
});

Deno.test("a hedge is no more than a retry may be", async () => {
  const test = await TestFleet.create({
    members: [{ firstMs: 400 }, { firstMs: 400 }],
    settings: { ...settings, retryBurst: 0, retriesPerSecond: 0, retryRatio: 0 },
  });
  // The burst is at least the members' limits: four.
  for (let i = 0; i < 6; i++) {
    const sentence = test.say();
    await test.clock.advanceAsync(1_000);
    sentence.assertExact();
  }
  assertEquals(test.eventsOf("hedge_started").length, 4);
  assertEquals(test.eventsOf("retry_denied"), [
    { type: "retry_denied", kind: "hedge" },
    { type: "retry_denied", kind: "hedge" },
  ]);
  assertEquals(test.outstanding, [0, 0]);
  await test.close();
});

Deno.test("without another member that has room there is no hedge", async () => {
  const test = await TestFleet.create({
    members: [{ firstMs: 400 }, { capabilities: { maxConcurrent: 1 }, firstMs: 900 }],
    settings: { ...settings, hedgeAfterMs: 200 },
  });
  const first = [test.say(), test.say()];
  await test.clock.advanceAsync(1_000);
  for (const sentence of first) sentence.assertExact();
  // The one on the second member went to the first as well; not the other way round.
  assertEquals(test.eventsOf("hedge_started").map(({ backend }) => backend), ["a:1"]);
  await test.close();
});

Deno.test("when the first fails the hedge goes on alone", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 0, stall: true }) }, { firstMs: 500 }],
    settings: { hedgeAfterMs: 100, firstChunkTimeoutMs: 550 },
  });
  const sentence = test.say();
  await test.clock.advanceAsync(550);
  assertEquals(test.outstanding, [0, 1]);
  await test.clock.advanceAsync(50);
  sentence.assertExact();
  assertEquals(test.eventsOf("hedge_ended"), [{ type: "hedge_ended", won: true }]);
  assertEquals(test.members.map(({ requests }) => requests.length), [1, 1]);
  await test.close();
});

Deno.test("when both fail the sentence goes to a third", async () => {
  const fault = () => ({ after: 0, stall: true }) as const;
  const test = await TestFleet.create({
    members: [{ fault }, { fault }, {}],
    settings: { hedgeAfterMs: 100, firstChunkTimeoutMs: 550 },
  });
  const sentence = test.say();
  await test.clock.advanceAsync(650);
  sentence.assertExact();
  assertEquals(test.eventsOf("hedge_ended"), [{ type: "hedge_ended", won: false }]);
  assertEquals(test.eventsOf("failover").map(({ from, to, code }) => [from, to, code]), [
    ["a:1", "c:1", "timeout"],
  ]);
  await test.close();
});

Deno.test("a rest is hedged like a beginning, and is exact", async () => {
  const test = await TestFleet.create({
    members: [
      { fault: () => ({ after: 3, fail: "unavailable" }) },
      { firstMs: 400 },
      { firstMs: 30 },
    ],
    settings,
  });
  const sentence = test.say();
  await test.clock.advanceAsync(130);
  sentence.assertExact();
  assertEquals(test.eventsOf("joined").map(({ backend, kind }) => [backend, kind]), [
    ["c:1", "exact"],
  ]);
  await test.close();
});

Deno.test("a member that always loses is asked whether it is there, and left out if not", async () => {
  const test = await TestFleet.create({ members: [{}, { firstMs: 10 }], settings });
  test.members[0]!.freeze();
  const first = test.say();
  await test.clock.advanceAsync(110);
  first.assertExact();
  // It counts as being there until it has not answered for a second.
  assertEquals(test.fleet.stats()[0]!.up, true);
  await test.clock.advanceAsync(1_000);
  assertEquals(test.fleet.stats()[0]!.up, false);
  for (let i = 0; i < 3; i++) {
    const sentence = test.say();
    await test.clock.advanceAsync(10);
    sentence.assertExact();
  }
  test.members[0]!.thaw();
  await test.clock.advanceAsync(2_000);
  assertEquals(test.fleet.stats()[0]!.up, true);
  await test.close();
});

Deno.test("a cancelled sentence leaves neither of the two", async () => {
  const test = await TestFleet.create({ members: [{ firstMs: 400 }, { firstMs: 400 }], settings });
  const abort = new AbortController();
  const sentence = test.say(undefined, { signal: abort.signal });
  await test.clock.advanceAsync(200);
  assertEquals(test.outstanding, [1, 1]);
  abort.abort();
  assertEquals(test.outstanding, [0, 0]);
  await test.clock.advanceAsync(0);
  assertEquals(sentence.error, abort.signal.reason);
  assertEquals(test.members.map(({ active, cancelled }) => [active, cancelled]), [[0, 1], [0, 1]]);
  assertEquals(test.clock.pending, 0);
  await test.close();
});

Deno.test("a wrong request is not asked for a second time", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 0, fail: "invalid" }) }, {}],
    settings,
  });
  const sentence = test.say();
  await test.clock.advanceAsync(1_000);
  assertEquals((sentence.error as MemberError).code, "invalid");
  assertEquals(test.members[1]!.requests, []);
  await test.close();
});
