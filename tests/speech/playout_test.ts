import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Core, type TestClient } from "../helpers/core.ts";

/** For every audio message: when it was sent and how far ahead of real time it reached, in ms. */
function aheads(client: TestClient): number[] {
  let dryAt = 0;
  return client.received.flatMap(({ at, event }) => {
    if (event.type !== "audio") return [];
    dryAt = Math.max(dryAt, at) + event.pcm.length / 16;
    return [dryAt - at];
  });
}

Deno.test("the first frame leaves at once and alone, the rest never beyond the lead and a frame", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 3_000 }) });
  const client = core.connect({ lead: 300 });
  client.say("One. Two. Three.");
  await core.clock.advanceAsync(0);
  const [first] = client.of("audio");
  assertEquals(first!.pcm.length, 320);
  assertEquals(client.audioMs, 320);
  await core.clock.advanceAsync(20_000);
  assertEquals(client.audioMs, 9_000);
  assert(aheads(client).every((ahead) => ahead <= 320), `${Math.max(...aheads(client))}`);
  await core.stop();
});

Deno.test("frames are joined into longer messages where the lead allows it, and only there", async () => {
  const messagesWith = async (lead: number) => {
    const core = new Core({ script: steadyScript({ audioMs: 10_000 }) });
    const client = core.connect({ lead });
    client.say("A long one.");
    await core.clock.advanceAsync(12_000);
    assertEquals(client.audioMs, 10_000);
    await core.stop();
    return client.of("audio").map(({ pcm }) => pcm.length / 16);
  };
  const short = await messagesWith(0);
  assert(short.every((ms) => ms === 20));
  const joined = await messagesWith(300);
  assertEquals(joined[0], 20);
  assertEquals(Math.max(...joined), 100);
  assertLess(joined.length, 110);
});

Deno.test("with many listeners messages are longer, within the lead", async () => {
  const core = new Core({
    workers: 501,
    limits: { maxMessageMs: 1_000 },
    script: steadyScript({ audioMs: 3_000 }),
  });
  const longestWith = async (listeners: number) => {
    const clients = Array.from({ length: listeners }, () => core.connect({ lead: 300 }));
    for (const client of clients) client.say("A long one.");
    await core.clock.advanceAsync(5_000);
    for (const client of clients) assertEquals(client.audioMs, 3_000);
    assertEquals(core.factsOf("underrun"), []);
    return Math.max(...clients[0]!.of("audio").map(({ pcm }) => pcm.length / 16));
  };
  assertEquals(await longestWith(10), 100);
  assertEquals(await longestWith(501), 200);
  await core.stop();
});

Deno.test("without a lead, ticks that come late neither add up nor count as gaps", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 10_000 }) });
  // Every frame falls due between two ticks.
  await core.clock.advanceAsync(3);
  const client = core.connect({ lead: 0 });
  client.say("A long one.");
  await core.clock.advanceAsync(10_005);
  assertEquals(client.audioMs, 10_000);
  assertEquals(core.factsOf("underrun"), []);
  await core.stop();
});

Deno.test("the pace does not drift over an hour", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 60_000 }) });
  const client = core.connect({ lead: 300 });
  client.say(Array.from({ length: 60 }, (_, minute) => `Minute ${minute} it is.`).join(" "));
  const start = core.clock.now();
  await core.clock.advanceAsync(3_590_000);
  assertAlmostEquals(client.audioMs - 300, core.clock.now() - start, 21);
  assertEquals(core.factsOf("underrun"), []);
  await core.clock.advanceAsync(20_000);
  assertEquals(client.of("utterance_ended")[0]?.durationMs, 3_600_000);
  await core.stop();
});

Deno.test("unpaced audio leaves as soon as it is there, and waits while the buffer is full", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 5_000 }) });
  const client = core.connect({ lead: "unpaced" });
  client.bufferedBytes = 1e9;
  client.say("One. Two.");
  await core.clock.advanceAsync(1_000);
  assertEquals(client.audioMs, 0);
  client.bufferedBytes = 0;
  await core.clock.advanceAsync(25);
  assertEquals(client.audioMs, 10_000);
  assertEquals(client.of("utterance_ended").length, 1);
  await core.stop();
});

Deno.test("a client that does not read is given up after the stated time", async () => {
  const core = new Core({ limits: { maxBlockedMs: 2_000 } });
  const client = core.connect();
  client.bufferedBytes = 1e9;
  client.say("Nobody reads this.");
  await core.clock.advanceAsync(1_990);
  assertEquals(client.end, undefined);
  await core.clock.advanceAsync(100);
  assertEquals(client.end, "session_limit");
  assertEquals(client.of("error").map(({ problem, fatal }) => [problem.code, fatal]), [
    ["session_limit", true],
  ]);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["interrupted"]);
  assertEquals([core.scheduler.depth, core.pool.busy, core.ticker.size], [0, 0, 0]);
  await core.stop();
});

Deno.test("pause stops the audio, resume goes on without loss, and neither counts as an underrun", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 2_000 }) });
  const client = core.connect({ lead: 200 });
  client.say("Hello there.");
  await core.clock.advanceAsync(500);
  const before = client.audioMs;
  client.send({ type: "pause" });
  await core.clock.advanceAsync(5_000);
  assertEquals(client.audioMs, before);
  client.send({ type: "resume" });
  await core.clock.advanceAsync(5_000);
  assertEquals(client.audioMs, 2_000);
  assertEquals(client.of("paused").length, 1);
  assertEquals(client.of("resumed").length, 1);
  assertEquals(core.factsOf("underrun"), []);
  await core.stop();
});

Deno.test("while paused, synthesis goes on up to the look-ahead and no further", async () => {
  const core = new Core({ limits: { lookaheadSentences: 3 } });
  const client = core.connect();
  client.send({ type: "pause" });
  client.say("One. Two. Three. Four. Five. Six.");
  await core.clock.advanceAsync(60_000);
  assertEquals(core.backend.counts.finished, 3);
  client.send({ type: "resume" });
  await core.clock.advanceAsync(60_000);
  assertEquals(core.backend.counts.finished, 6);
  await core.stop();
});

Deno.test("look-ahead is bounded in milliseconds of audio too", async () => {
  const core = new Core({
    script: steadyScript({ audioMs: 4_000 }),
    limits: { lookaheadSentences: 50, lookaheadMs: 6_000 },
  });
  const client = core.connect({ lead: 0 });
  client.say("One. Two. Three. Four. Five. Six. Seven. Eight.");
  await core.clock.advanceAsync(10);
  assertEquals(core.backend.counts.finished, 2);
  await core.clock.advanceAsync(60_000);
  assertEquals(core.backend.counts.finished, 8);
  await core.stop();
});

Deno.test("a listener that runs dry because synthesis is late is counted, with how long", async () => {
  const core = new Core({
    workers: 1,
    script: steadyScript({ firstAudioMs: 1_000, audioMs: 500 }),
  });
  const client = core.connect({ lead: 200 });
  client.say("One. Two.");
  await core.clock.advanceAsync(10_000);
  const [underrun, ...others] = core.factsOf("underrun");
  assertEquals(others, []);
  assertEquals(underrun!.cause, "server");
  assertAlmostEquals(underrun!.gapMs, 500, 6);
  assertEquals(client.of("warning").map(({ code }) => code), ["underrun"]);
  assertEquals(client.of("utterance_ended")[0]!.outcome, "completed");
  await core.stop();
});

Deno.test("a listener that runs dry for want of text is not the server's fault", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 300 }) });
  const client = core.connect();
  client.write("One. ");
  await core.clock.advanceAsync(3_000);
  client.write("Two. ");
  client.send({ type: "end" });
  await core.clock.advanceAsync(3_000);
  assertEquals(core.factsOf("underrun").map(({ cause }) => cause), ["text"]);
  assertEquals(client.of("warning"), []);
  await core.stop();
});

Deno.test("offsets are gapless and sentences come in order, however the audio is chunked", async () => {
  const steps = fc.array(
    fc.record({ waitMs: fc.nat(400), audioMs: fc.integer({ min: 1, max: 700 }) }),
    {
      minLength: 1,
      maxLength: 6,
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 6, maxLength: 6 }), async (scripts) => {
      const core = new Core({
        workers: 3,
        script: (_request, call) =>
          scripts[call]!.flatMap(({ waitMs, audioMs }) => [{ waitMs }, { audioMs }]),
      });
      const client = core.connect();
      client.say("One. Two. Three. Four. Five. Six.");
      await core.clock.advanceAsync(60_000);
      let offset = 0;
      let current = -1;
      for (const event of client.events) {
        if (event.type === "sentence_started") {
          assertEquals(event.index, current + 1);
          assertAlmostEquals(event.offsetMs, offset, 1e-6);
          current = event.index;
        } else if (event.type === "audio") {
          assertEquals(event.sentenceIndex, current);
          assertAlmostEquals(event.offsetMs, offset, 1e-6);
          offset += event.pcm.length / 16;
        }
      }
      assertEquals(current, 5);
      assertAlmostEquals(client.of("utterance_ended")[0]!.durationMs, offset, 1e-6);
      const ended = client.of("sentence_ended");
      assertEquals(
        ended.map(({ durationMs }) => durationMs),
        scripts.map((script) => script.reduce((sum, { audioMs }) => sum + audioMs, 0)),
      );
      await core.stop();
    }),
    { numRuns: 40 },
  );
});

Deno.test("a flood that is not paced makes nobody late who is heard in real time", async () => {
  const core = new Core({ workers: 12, script: steadyScript({ audioMs: 10_000 }) });
  const flood = Array.from({ length: 10 }, () => core.connect({ lead: "unpaced" }));
  const listener = core.connect({ lead: 100 });
  for (const client of flood) {
    client.sendMs = 1;
    client.say("One. Two. Three.");
  }
  listener.say("Somebody listens.");
  await core.clock.advanceAsync(20_000);
  assertEquals(listener.audioMs, 10_000);
  assertEquals(flood.map(({ audioMs }) => audioMs), flood.map(() => 30_000));
  const late = core.factsOf("audio_sent").filter(({ sessionId }) =>
    sessionId === listener.session.id
  ).map(({ lateMs }) => lateMs);
  // The first five are sent at once, to fill the lead.
  assertLess(Math.max(...late.slice(5)), 10);
  assertEquals(core.factsOf("underrun"), []);
  assertEquals([core.turns.size, core.ticker.size], [0, 0]);
  await core.stop();
});
