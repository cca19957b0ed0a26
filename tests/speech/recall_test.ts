import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Core } from "../helpers/core.ts";

/** Audio of so many ms that nobody has to synthesise. */
function remember(core: Core, text: string, ms: number): void {
  const words = [{ start: 0, end: text.length, startMs: 0, endMs: ms }];
  core.remembered.set(text, { pcm: new Int16Array(16 * ms), words });
}

/** A core whose only worker is busy for nine seconds. */
function busyCore(): Core {
  const core = new Core({
    workers: 1,
    script: steadyScript({ firstAudioMs: 9_000, audioMs: 1_000 }),
  });
  core.connect().say("Somebody takes the worker.");
  return core;
}

Deno.test("a sentence that is remembered waits for no worker", async () => {
  const core = busyCore();
  remember(core, "Hello there.", 1_000);
  await core.clock.advanceAsync(10);
  const client = core.connect({ words: true });
  client.say("Hello there.");
  await core.clock.advanceAsync(0);
  assertEquals(core.factsOf("first_audio").map(({ afterMs }) => afterMs), [0]);
  await core.clock.advanceAsync(2_000);
  assertEquals(client.audioMs, 1_000);
  assertEquals(client.of("words").flatMap(({ words }) => words.map(({ endMs }) => endMs)), [1_000]);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  assertEquals(core.factsOf("synthesis_started").length, 1);
  await core.stop();
});

Deno.test("remembered sentences and others are heard in their order, and without a gap", async () => {
  const core = new Core({ workers: 1, script: steadyScript({ firstAudioMs: 50, audioMs: 1_000 }) });
  for (const text of ["One here.", "Three here.", "Four here."]) remember(core, text, 1_000);
  const client = core.connect();
  client.say("One here. Two here. Three here. Four here. Five here.");
  await core.clock.advanceAsync(10_000);
  assertEquals(client.of("sentence_started").map(({ text }) => text), [
    "One here.",
    "Two here.",
    "Three here.",
    "Four here.",
    "Five here.",
  ]);
  assertEquals(client.audioMs, 5_000);
  assertEquals(core.factsOf("synthesis_started").map(({ index }) => index), [1, 4]);
  const recalled = core.factsOf("sentence_taken").map(({ recalledMs }) => recalledMs);
  assertEquals(recalled, [1_000, undefined, 1_000, 1_000, undefined]);
  assertEquals(core.factsOf("underrun"), []);
  assertEquals([core.scheduler.depth, core.ticker.size, core.turns.size], [0, 0, 0]);
  await core.stop();
});

Deno.test("no more is filled in than the look-ahead allows", async () => {
  const core = new Core({ limits: { lookaheadSentences: 2 } });
  remember(core, "Yes.", 1_000);
  const client = core.connect({ lead: 100 });
  client.say("Yes. ".repeat(10));
  await core.clock.advanceAsync(0);
  assertEquals(core.factsOf("sentence_taken").length, 2);
  await core.clock.advanceAsync(1_200);
  assertEquals(core.factsOf("sentence_taken").length, 3);
  await core.clock.advanceAsync(20_000);
  assertEquals(client.audioMs, 10_000);
  await core.stop();
});

Deno.test("thousands of remembered sentences in a row are sent, however short they are", async () => {
  const core = new Core();
  remember(core, "Go.", 10);
  const client = core.connect({ lead: "unpaced" });
  for (let index = 0; index < 30; index++) {
    client.send({ type: "text", text: "Go. ".repeat(200), final: false });
  }
  client.send({ type: "end" });
  await core.clock.advanceAsync(1_000);
  assertEquals(client.audioMs, 60_000);
  assertEquals(client.of("sentence_ended").length, 6_000);
  await core.stop();
});

Deno.test("an interruption in a remembered sentence tells what was heard of it", async () => {
  const core = busyCore();
  remember(core, "Hello there.", 2_000);
  await core.clock.advanceAsync(10);
  const client = core.connect();
  client.say("Hello there.");
  await core.clock.advanceAsync(1_000);
  client.send({ type: "barge_in" });
  const [report] = client.of("barge_in");
  assert(report!.discardedMs > 0);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["interrupted"]);
  const sent = client.audioMs;
  await core.clock.advanceAsync(5_000);
  assertEquals(client.audioMs, sent);
  await core.stop();
});
