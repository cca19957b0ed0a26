import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Core } from "../helpers/core.ts";

const THREE = "This is the first one. This is the second one. This is the third one.";

Deno.test("after any silence, first sentences go before the second ones of others", async () => {
  const core = new Core({ workers: 2, script: steadyScript({ firstAudioMs: 50, audioMs: 1_500 }) });
  // The longer the server has been up, the further in the past a silent listener ran dry.
  await core.clock.advanceAsync(3_600_000);
  const [one, other] = [core.connect(), core.connect()];
  const clients = Array.from({ length: 6 }, () => core.connect());
  const everybody = [one, other, ...clients];
  const order = async () => {
    core.facts.length = 0;
    // Both workers are busy when the others come, so that it is the queue that decides.
    for (const client of [one, other]) client.say("Busy.");
    for (const client of clients) client.say(THREE);
    await core.clock.advanceAsync(20_000);
    return core.factsOf("sentence_taken").map(({ index }) => index).slice(2);
  };
  const expected = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2];
  assertEquals(await order(), expected);
  const first = core.factsOf("first_audio").map(({ afterMs }) => afterMs);
  assertEquals(first, [50, 50, 100, 100, 150, 150, 200, 200]);
  await core.clock.advanceAsync(120_000);
  assertEquals(await order(), expected);
  for (const client of everybody) client.session.leave("gone");
  await core.stop();
});

Deno.test("a sentence that is taken long before its audio is needed is not late", async () => {
  const core = new Core({ workers: 2, script: steadyScript({ firstAudioMs: 20, audioMs: 1_500 }) });
  await core.clock.advanceAsync(600_000);
  const client = core.connect();
  client.say(THREE);
  await core.clock.advanceAsync(20_000);
  const late = core.factsOf("sentence_taken").map(({ lateMs }) => lateMs);
  assertEquals(late, [0, 0, 0]);
  client.session.leave("gone");
  await core.stop();
});

Deno.test("a listener who waits for audio goes before one who has some", async () => {
  const core = new Core({
    workers: 1,
    limits: { lookaheadSentences: 2 },
    script: steadyScript({ firstAudioMs: 500, audioMs: 4_000 }),
  });
  await core.clock.advanceAsync(600_000);
  const ahead = core.connect();
  ahead.say("One of many here. Two of many here. Three of many here. Four of many here.");
  await core.clock.advanceAsync(600);
  const waiting = core.connect();
  waiting.say("And now me.");
  await core.clock.advanceAsync(3_000);
  const [, , third] = core.factsOf("sentence_taken").map(({ sessionId }) => sessionId);
  assertEquals(third, waiting.session.id);
  assert(core.factsOf("first_audio").length === 2);
  ahead.session.leave("gone");
  waiting.session.leave("gone");
  await core.stop();
});
