import { assert, assertEquals } from "@std/assert";
import { failOnce } from "./scripted_member.ts";
import { TestFleet } from "./test_fleet.ts";
import { speak } from "./toy_engine.ts";

Deno.test("after audio was given the rest comes from elsewhere, exact to the sample", async () => {
  for (const words of ["with", "late", "first"] as const) {
    for (const after of [1, 2, 5, 10, 11]) {
      const member = { words, fault: failOnce(after) };
      const test = await TestFleet.create({ members: [member, { words }] });
      const sentence = test.say();
      await test.clock.advanceAsync(0);
      sentence.assertExact();
      assertEquals(test.eventsOf("failover").map(({ phase }) => phase), ["mid_sentence"]);
      assertEquals(test.eventsOf("joined"), [
        { type: "joined", kind: "exact", backend: "b:1", atMs: 50 * after },
      ]);
      await test.close();
    }
  }
});

Deno.test("a sentence survives the failure of one member after the other", async () => {
  const members = [2, 4, 0, 6].map((after) => ({ fault: failOnce(after) }));
  const test = await TestFleet.create({ members: [...members, {}] });
  const sentence = test.say();
  await test.clock.advanceAsync(0);
  sentence.assertExact();
  assertEquals(test.eventsOf("failover").map(({ phase, from, to }) => [phase, from, to]), [
    ["mid_sentence", "a:1", "b:1"],
    ["mid_sentence", "b:1", "c:1"],
    ["mid_sentence", "c:1", "d:1"],
    ["mid_sentence", "d:1", "e:1"],
  ]);
  assertEquals(test.eventsOf("joined").map(({ atMs }) => atMs), [100, 200, 300]);
  await test.close();
});

Deno.test("an engine that is never twice the same goes on from the word that was on", async () => {
  for (const after of [1, 2, 3, 5, 8, 11]) {
    const capabilities = { deterministic: false };
    const test = await TestFleet.create({
      members: [{ capabilities, fault: failOnce(after) }, { capabilities }],
    });
    const sentence = test.say();
    await test.clock.advanceAsync(0);
    assertEquals(sentence.error, undefined);
    // This engine's words sound the same everywhere, so that what came can be checked.
    const expected = speak(sentence.text);
    assertEquals(sentence.words.map(({ start, end }) => [start, end]), [
      ...expected.words.map(({ start, end }) => [start, end]),
    ]);
    for (const [index, { startMs, endMs }] of sentence.words.entries()) {
      assert(Math.abs(startMs - expected.words[index]!.startMs) < 1e-6);
      assert(Math.abs(endMs - expected.words[index]!.endMs) < 1e-6);
    }
    const [joined] = test.eventsOf("joined");
    assertEquals([joined?.kind, joined?.atMs], ["word", 50 * after]);
    assertEquals(sentence.samples.length, expected.pcm.length);
    for (const [i, sample] of sentence.samples.entries()) {
      const isAtJoin = i >= 50 * after && i < 50 * after + 5;
      assert(sample === expected.pcm[i] || isAtJoin, `sample ${i} after a join at ${50 * after}`);
    }
    // Only the rest was asked for.
    const [whole] = test.members[0]!.requests;
    const [rest] = test.members[1]!.requests;
    const current = expected.words.find(({ endMs }) => endMs > 50 * after);
    assertEquals(rest!.text, whole!.text.slice(current!.start));
    await test.close();
  }
});

Deno.test("without word timings as much audio is skipped as was given", async () => {
  const capabilities = { deterministic: false, wordTimings: false };
  const test = await TestFleet.create({
    members: [{ capabilities, fault: failOnce(4) }, { capabilities }],
  });
  const sentence = test.say();
  await test.clock.advanceAsync(0);
  assertEquals(sentence.samples, [...speak(sentence.text).pcm]);
  assertEquals(test.members[1]!.requests[0]!.text, sentence.text);
  assertEquals(test.eventsOf("joined").map(({ kind, atMs }) => [kind, atMs]), [["time", 200]]);
  await test.close();
});

Deno.test("a join between different engines makes no step, and each word comes once", async () => {
  for (const after of [1, 3, 4, 7]) {
    const test = await TestFleet.create({
      members: [{ fault: failOnce(after) }, { stretch: 1.5, capabilities: { engine: "other" } }],
    });
    const sentence = test.say();
    await test.clock.advanceAsync(0);
    assertEquals(sentence.error, undefined);
    assertEquals(test.eventsOf("joined").map(({ kind }) => kind), ["word"]);
    assertEquals(
      sentence.words.map(({ start }) => start),
      speak(sentence.text).words.map(({ start }) => start),
    );
    const at = 50 * after;
    const step = Math.abs(sentence.samples[at]! - sentence.samples[at - 1]!);
    const stepsOf = (pcm: ArrayLike<number>) =>
      Array.from(pcm).slice(1).map((sample, i) => Math.abs(sample - pcm[i]!));
    // The steps of the tones themselves, and a fifth of what the two are apart.
    const natural = Math.max(...stepsOf(speak(sentence.text).pcm));
    assert(step <= natural + 20_000 / 5, `a step of ${step} at ${at} ms`);
    await test.close();
  }
});

Deno.test("timings that lag far behind the audio are not believed", async () => {
  // Nothing was told of the first word when 100 ms of audio had been given.
  const capabilities = { deterministic: false };
  const test = await TestFleet.create({
    members: [
      { capabilities, words: "late", fault: failOnce(2) },
      { capabilities, words: "late" },
    ],
  });
  const sentence = test.say("Extraordinarily long words");
  await test.clock.advanceAsync(0);
  assertEquals(test.eventsOf("joined").map(({ kind }) => kind), ["time"]);
  assertEquals(sentence.samples, [...speak(sentence.text).pcm]);
  assertEquals(sentence.words, [...speak(sentence.text).words]);
  await test.close();
});

Deno.test("a member that fails after the last word has nothing left to say", async () => {
  const text = "Done now.";
  const { pcm } = speak(text);
  const chunks = Math.ceil(pcm.length / 50);
  const capabilities = { deterministic: false };
  const test = await TestFleet.create({
    members: [{ capabilities, fault: failOnce(chunks) }, { capabilities }],
  });
  const sentence = test.say(text);
  await test.clock.advanceAsync(0);
  assertEquals([sentence.isOver, sentence.error], [true, undefined]);
  assertEquals(sentence.samples, [...pcm]);
  assertEquals(test.members[1]!.requests, []);
  await test.close();
});

Deno.test("nobody is waited for when nothing is left to say", async () => {
  const text = "Done now.";
  const chunks = Math.ceil(speak(text).pcm.length / 50);
  const capabilities = { deterministic: false };
  const test = await TestFleet.create({
    members: [{ capabilities, fault: () => ({ after: chunks, stall: true }) }],
  });
  const sentence = test.say(text);
  await test.clock.advanceAsync(100);
  test.members[0]!.die();
  await test.clock.advanceAsync(0);
  assertEquals([sentence.isOver, sentence.error], [true, undefined]);
  assertEquals(sentence.samples, [...speak(text).pcm]);
  await test.close();
});
