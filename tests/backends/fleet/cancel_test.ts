import { assertEquals, assertRejects } from "@std/assert";
import { settle } from "../../helpers/fake_clock.ts";
import type { Member } from "../../../src/backends/fleet.ts";
import type { AudioChunk } from "../../../src/speech/backend.ts";
import { TestFleet } from "./test_fleet.ts";

Deno.test("a cancelled sentence frees its seat in the same moment, and tells the member", async () => {
  for (const moment of [0, 60]) {
    const test = await TestFleet.create({ members: [{ firstMs: 50, paceMs: 50 }] });
    const abort = new AbortController();
    const sentence = test.say(undefined, { signal: abort.signal });
    await test.clock.advanceAsync(moment);
    assertEquals(test.outstanding, [1]);
    const reason = new Error("enough");
    abort.abort(reason);
    assertEquals(test.outstanding, [0]);
    await settle();
    assertEquals(sentence.error, reason);
    assertEquals([test.members[0]!.active, test.members[0]!.cancelled], [0, 1]);
    assertEquals(test.clock.pending, 0);
    assertEquals(test.eventsOf("request_ended").map(({ code }) => code), ["cancelled"]);
    await test.close();
  }
});

Deno.test("a member that ignores the cancellation holds nobody up", async () => {
  const test = await TestFleet.create({
    members: [{ fault: (_, call) => call === 0 ? { after: 1, hang: true } : undefined }],
    settings: { chunkTimeoutMs: 60_000 },
  });
  const abort = new AbortController();
  const sentence = test.say(undefined, { signal: abort.signal });
  await test.clock.advanceAsync(0);
  abort.abort();
  await settle();
  assertEquals(sentence.error, abort.signal.reason);
  assertEquals([test.outstanding, test.clock.pending], [[0], 0]);
  const next = test.say();
  await test.clock.advanceAsync(0);
  next.assertExact();
  await test.close();
});

Deno.test("cancelled sentences are no failures", async () => {
  const test = await TestFleet.create({ members: [{ firstMs: 50 }] });
  for (let i = 0; i < 30; i++) {
    const abort = new AbortController();
    test.say(undefined, { signal: abort.signal });
    await test.clock.advanceAsync(10);
    abort.abort();
  }
  await test.clock.advanceAsync(100);
  assertEquals(test.eventsOf("breaker_changed"), []);
  assertEquals(test.members[0]!.questions, 1);
  assertEquals(test.fleet.stats(), [
    { address: "a:1", up: true, outstanding: 0, limit: 2, breaker: "closed" },
  ]);
  await test.close();
});

Deno.test("a sentence cancelled between two attempts is not begun again", async () => {
  const fault = () => ({ after: 0, fail: "internal" as const });
  const test = await TestFleet.create({ members: [{ fault }] });
  const abort = new AbortController();
  const sentence = test.say(undefined, { signal: abort.signal });
  await test.clock.advanceAsync(50);
  // It waits before it asks the same member again.
  assertEquals([test.outstanding, test.clock.pending], [[0], 1]);
  abort.abort();
  await settle();
  assertEquals([sentence.error, test.clock.pending], [abort.signal.reason, 0]);
  assertEquals(test.members[0]!.requests.length, 1);
  await test.close();
});

Deno.test("an abort before the start costs nothing", async () => {
  const test = await TestFleet.create({ members: [{}] });
  const reason = new Error("never mind");
  const sentence = test.say(undefined, { signal: AbortSignal.abort(reason) });
  await settle();
  assertEquals(sentence.error, reason);
  assertEquals(test.members[0]!.requests, []);
  await test.close();
});

Deno.test("a sentence that is over leaves nothing on its signal", async () => {
  const test = await TestFleet.create({
    members: [{ fault: () => ({ after: 1, fail: "internal" }) }, {}],
  });
  const { signal } = new AbortController();
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.add(args[1]);
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.delete(args[1]);
    removeEventListener.apply(signal, args);
  };
  const sentence = test.say(undefined, { signal });
  assertEquals(listeners.size, 1);
  await test.clock.advanceAsync(0);
  sentence.assertExact();
  assertEquals(listeners.size, 0);
  await test.close();
});

/** A fleet whose member answers each question for audio when the test does. */
async function createByHand() {
  const test = await TestFleet.create({ members: [{}] });
  const answers: PromiseWithResolvers<IteratorResult<AudioChunk>>[] = [];
  const member: Member = test.members[0]!;
  member.synthesize = () => ({
    [Symbol.asyncIterator]: () => ({
      next: () => {
        const answer = Promise.withResolvers<IteratorResult<AudioChunk>>();
        answers.push(answer);
        return answer.promise;
      },
    }),
  });
  const abort = new AbortController();
  const sentence = test.say(undefined, { signal: abort.signal });
  await settle();
  return { test, sentence, abort, answer: answers[0]! };
}

Deno.test("audio that comes in the moment of the abort is not given any more", async () => {
  const { test, sentence, abort, answer } = await createByHand();
  answer.resolve({ value: { pcm: Int16Array.of(1, 2, 3) }, done: false });
  abort.abort();
  await settle();
  assertEquals([sentence.samples, sentence.error], [[], abort.signal.reason]);
  assertEquals(test.outstanding, [0]);
  await test.close();
});

Deno.test("a failure and an abort at the same time end an attempt once", async () => {
  for (let turns = 0; turns < 20; turns++) {
    const { test, sentence, abort, answer } = await createByHand();
    answer.reject(new Error("oh"));
    for (let turn = 0; turn < turns; turn++) await undefined;
    abort.abort();
    await settle();
    assertEquals(sentence.error, abort.signal.reason);
    assertEquals(test.outstanding, [0]);
    assertEquals(test.eventsOf("request_ended").length, 1);
    await test.close();
  }
});

Deno.test("a reader that stops early cancels the synthesis", async () => {
  const test = await TestFleet.create({ members: [{}] });
  const { signal } = new AbortController();
  const request = { text: "One two three.", voice: "one", speed: 1 };
  for await (const _ of test.fleet.synthesize(request, { signal })) break;
  await settle();
  assertEquals([test.outstanding, test.members[0]!.active], [[0], 0]);
  assertEquals(test.eventsOf("request_ended").map(({ code }) => code), ["cancelled"]);
  await test.close();
});

Deno.test("close fails what is spoken and what waits, and refuses what comes", async () => {
  const test = await TestFleet.create({
    members: [{ capabilities: { maxConcurrent: 1 }, firstMs: 500 }],
  });
  const sentences = [test.say(), test.say()];
  await test.clock.advanceAsync(10);
  await test.close();
  const messages = sentences.map(({ error }) => (error as Error).message);
  assertEquals(messages, ["the fleet is closed", "the fleet is closed"]);
  assertEquals([test.members[0]!.active, test.members[0]!.closed], [0, 1]);
  const { signal } = new AbortController();
  const request = { text: "Hi.", voice: "one", speed: 1 };
  await assertRejects(() => test.fleet.synthesize(request, { signal }).next(), Error, "closed");
  await test.close();
  assertEquals(test.members[0]!.closed, 1);
});
