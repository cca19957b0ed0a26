import { assert, assertEquals } from "@std/assert";
import { MemberError } from "../../../src/backends/fleet.ts";
import { failOnce } from "./scripted_member.ts";
import { TestFleet } from "./test_fleet.ts";
import { speak } from "./toy_engine.ts";

Deno.test("a sentence without trouble is passed on as it is", async () => {
  const test = await TestFleet.create({ members: [{}, {}] });
  const sentence = test.say();
  await test.clock.advanceAsync(0);
  sentence.assertExact();
  assertEquals(test.outstanding, [0, 0]);
  assertEquals(test.eventsOf("request_ended"), [
    {
      type: "request_ended",
      backend: "a:1",
      code: "ok",
      durationMs: 0,
      firstChunkMs: 0,
      audioMs: sentence.samples.length,
    },
  ]);
  await test.close();
});

Deno.test("before the first chunk a sentence is tried elsewhere at once", async () => {
  const test = await TestFleet.create({ members: [{ fault: failOnce(0) }, {}] });
  const sentence = test.say();
  await test.clock.advanceAsync(0);
  sentence.assertExact();
  assertEquals(test.eventsOf("failover"), [{
    type: "failover",
    phase: "before_first_chunk",
    from: "a:1",
    to: "b:1",
    code: "unavailable",
  }]);
  assertEquals(test.eventsOf("joined"), []);
  assertEquals(test.eventsOf("request_ended").map(({ code, error }) => [code, error]), [
    ["unavailable", "unavailable as told"],
    ["ok", undefined],
  ]);
  await test.close();
});

Deno.test("a member that gives nothing is given up at its deadline", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 0, stall: true }) }, {}],
    settings: { firstChunkTimeoutMs: 700 },
  });
  const sentence = test.say();
  await test.clock.advanceAsync(699);
  assertEquals(sentence.samples, []);
  await test.clock.advanceAsync(1);
  sentence.assertExact();
  assertEquals(test.members[0]!.active, 0);
  assertEquals(test.eventsOf("failover").map(({ code }) => code), ["timeout"]);
  await test.close();
});

Deno.test("a member that stops in the middle is given up at its deadline", async () => {
  for (const hang of [false, true]) {
    const test = await TestFleet.create({
      members: [
        { fault: () => hang ? { after: 3, hang: true } : { after: 3, stall: true } },
        {},
      ],
      settings: { chunkTimeoutMs: 400 },
    });
    const sentence = test.say();
    await test.clock.advanceAsync(399);
    assertEquals(sentence.samples.length, 150);
    await test.clock.advanceAsync(1);
    sentence.assertExact();
    assertEquals(sentence.longestGapMs, 400);
    // Even where the member does not let go, its seat is free.
    assertEquals(test.outstanding, [0, 0]);
    assertEquals(test.members[0]!.active, hang ? 1 : 0);
    await test.close();
  }
});

Deno.test("what cannot be heard buys a member no time", async () => {
  const test = await TestFleet.create({
    members: [{}, {}],
    settings: { firstChunkTimeoutMs: 700 },
  });
  const { clock } = test;
  test.members[0]!.synthesize = async function* () {
    for (let i = 0; i < 100; i++) {
      await new Promise<void>((resolve) => clock.after(100, resolve));
      yield { pcm: new Int16Array(0) };
    }
  };
  const sentence = test.say();
  await clock.advanceAsync(699);
  assertEquals(sentence.isOver, false);
  await clock.advanceAsync(1);
  sentence.assertExact();
  await clock.advanceAsync(10_000);
  await test.close();
});

Deno.test("a member that is slow but steady is not given up", async () => {
  const test = await TestFleet.create({
    members: [{ firstMs: 690, paceMs: 390 }, {}],
    settings: { firstChunkTimeoutMs: 700, chunkTimeoutMs: 400 },
  });
  const sentence = test.say();
  await test.clock.advanceAsync(60_000);
  sentence.assertExact();
  assertEquals(test.eventsOf("failover"), []);
  await test.close();
});

Deno.test("a wrong request fails at once and speaks against nobody", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 0, fail: "invalid" }) }, {}],
  });
  for (let i = 0; i < 10; i++) {
    const sentence = test.say();
    await test.clock.advanceAsync(0);
    if (sentence.error === undefined) continue;
    assert(sentence.error instanceof MemberError);
    assertEquals(sentence.error.code, "invalid");
  }
  assertEquals(test.members[0]!.requests.length, 5);
  assertEquals(test.eventsOf("failover"), []);
  assertEquals(test.eventsOf("breaker_changed"), []);
  await test.close();
});

Deno.test("a member that has lost its voice is asked anew, the sentence goes elsewhere", async () => {
  const test = await TestFleet.create({
    members: [{ voices: ["one"], fault: () => ({ after: 0, fail: "not_found" }) }, {}],
  });
  const sentence = test.say();
  test.members[0]!.capabilitiesNow = { ...test.members[0]!.capabilitiesNow, voices: [] };
  await test.clock.advanceAsync(0);
  sentence.assertExact();
  const later = [test.say(), test.say()];
  await test.clock.advanceAsync(0);
  for (const sentence of later) sentence.assertExact();
  assertEquals(test.members[0]!.requests.length, 1);
  await test.close();
});

Deno.test("where nobody else has the voice, its loss is told at once", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 0, fail: "not_found" }) }, { voices: ["two"] }],
  });
  const sentence = test.say();
  await test.clock.advanceAsync(0);
  assertEquals((sentence.error as MemberError).code, "not_found");
  await test.close();
});

Deno.test("a sentence that every engine fails at fails after some attempts", async () => {
  const fault = () => ({ after: 1, throws: new Error("no such phoneme") });
  const test = await TestFleet.create({
    members: [{ fault }, { fault }, { fault }],
    settings: { maxAttempts: 5, breakerFailures: 10 },
  });
  const sentence = test.say();
  await test.clock.advanceAsync(60_000);
  assert(sentence.error instanceof MemberError);
  assertEquals([sentence.error.code, sentence.error.message], ["internal", "no such phoneme"]);
  // The three at once, and two of them again after a pause each.
  assertEquals(test.members.map(({ requests }) => requests.length), [2, 2, 1]);
  assertEquals(sentence.endedAt, 1_000 + 100 + 200);
  // What had been given stands.
  assertEquals(sentence.samples, [...speak(sentence.text).pcm.slice(0, 50)]);
  await test.close();
});

Deno.test("when the retry budget is spent a sentence fails with the member's own error", async () => {
  const fault = () => ({ after: 0, fail: "internal" as const });
  const test = await TestFleet.create({
    members: [{ fault, capabilities: { maxConcurrent: 1 } }, {
      fault,
      capabilities: { maxConcurrent: 1 },
    }],
    settings: { retryBurst: 2, retriesPerSecond: 0, retryRatio: 0, breakerFailures: 100 },
  });
  const sentence = test.say();
  await test.clock.advanceAsync(60_000);
  assertEquals((sentence.error as MemberError).message, "internal as told");
  assertEquals(test.members.flatMap(({ requests }) => requests).length, 3);
  assertEquals(test.eventsOf("retry_denied"), [{ type: "retry_denied", kind: "failover" }]);
  await test.close();
});

Deno.test("what a member refuses for its load goes elsewhere and costs no retry", async () => {
  const refuse = (_: unknown, call: number) =>
    call < 3 ? { after: 0, fail: "overloaded" as const } : undefined;
  const test = await TestFleet.create({
    members: [{ fault: refuse }, {}],
    settings: { retryBurst: 0, retriesPerSecond: 0, retryRatio: 0 },
  });
  // The burst is the members' limits, which is not touched either.
  const sentences = Array.from({ length: 20 }, () => test.say());
  await test.clock.advanceAsync(1_000);
  for (const sentence of sentences) sentence.assertExact();
  assertEquals(test.eventsOf("failover"), []);
  assertEquals(test.eventsOf("breaker_changed"), []);
  await test.close();
});

Deno.test("a member that refused is as good as any other when it has room", async () => {
  const refuseOnce = (_: unknown, call: number) =>
    call === 0 ? { after: 0, fail: "overloaded" as const } : undefined;
  const test = await TestFleet.create({
    members: [{ fault: refuseOnce }, { capabilities: { maxConcurrent: 1 }, firstMs: 1_000 }],
  });
  const sentences = [test.say(), test.say()];
  await test.clock.advanceAsync(2_000);
  for (const sentence of sentences) sentence.assertExact();
  assertEquals(sentences.map(({ endedAt }) => endedAt), [1_050, 2_000]);
  await test.close();
});

Deno.test("each time a sentence is refused its patience begins anew", async () => {
  // Refused for 750 ms, it then speaks, breaks off after a second, and is refused again.
  const fault = (_: unknown, call: number) => {
    if (call < 4 || call === 5) return { after: 0, fail: "overloaded" as const };
    return call === 4 ? { after: 2, fail: "unavailable" as const } : undefined;
  };
  const test = await TestFleet.create({
    members: [{ fault, firstMs: 500, paceMs: 500 }],
    settings: { busyTimeoutMs: 1_000 },
  });
  const sentence = test.say();
  await test.clock.advanceAsync(20_000);
  sentence.assertExact();
  await test.close();
});

Deno.test("a fleet that is too busy is waited for, but not for ever", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 0, fail: "overloaded" }) }],
    settings: { busyTimeoutMs: 5_000 },
  });
  const sentence = test.say();
  await test.clock.advanceAsync(4_900);
  assertEquals(sentence.isOver, false);
  await test.clock.advanceAsync(1_100);
  assertEquals((sentence.error as MemberError).code, "overloaded");
  // Asked later and later: 50, 100, 200, ... 1000 ms.
  assert(test.members[0]!.requests.length < 12);
  await test.close();
});

Deno.test("an empty sentence is no failure", async () => {
  const test = await TestFleet.create({ members: [{}] });
  test.members[0]!.synthesize = async function* () {};
  for (let i = 0; i < 5; i++) {
    const sentence = test.say();
    await test.clock.advanceAsync(0);
    assertEquals([sentence.isOver, sentence.error, sentence.samples], [true, undefined, []]);
  }
  assertEquals(test.eventsOf("request_ended").map(({ code }) => code), Array(5).fill("ok"));
  assertEquals(test.eventsOf("breaker_changed"), []);
  await test.close();
});

Deno.test("a request's metadata goes with every attempt", async () => {
  const test = await TestFleet.create({ members: [{ fault: failOnce(1) }, {}] });
  const metadata = { traceparent: "00-1-2-01" };
  const { signal } = new AbortController();
  const stream = test.fleet.synthesize({ text: "Hi.", voice: "one", speed: 2 }, {
    signal,
    metadata,
  });
  for await (const _ of stream);
  assertEquals(test.members.map((member) => member.metadata), [[metadata], [metadata]]);
  assertEquals(test.members.map(({ requests }) => requests.map(({ speed }) => speed)), [[2], [2]]);
  await test.close();
});
