/**
 * What may be put around each synthesis, and what the core carries for those who watch.
 */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import type { SynthesisRef } from "../../src/speech/events.ts";
import { Core } from "../helpers/core.ts";

Deno.test("what is put around a synthesis knows it, and encloses all of it", async () => {
  const seen: unknown[] = [];
  const core: Core = new Core({
    workers: 1,
    script: steadyScript({ firstAudioMs: 50 }),
    around: async (synthesis, synthesise) => {
      seen.push(synthesis, core.facts.at(-1)!.type, core.backend.counts.started);
      await synthesise();
      seen.push(core.backend.counts.finished, core.facts.at(-1)!.type);
    },
  });
  core.connect().say("One.", "a");
  await core.clock.advanceAsync(1_000);
  const synthesis: SynthesisRef = { sessionId: "s1", utteranceId: "a", index: 0, worker: 0 };
  assertEquals(seen, [synthesis, "synthesis_started", 0, 1, "audio_sent"]);
  assertEquals(core.factsOf("synthesis_ended").map(({ outcome }) => outcome), ["completed"]);
  await core.stop();
});

Deno.test("surroundings that throw fail their sentence only", async () => {
  let calls = 0;
  const core = new Core({
    workers: 1,
    around: (_, synthesise) => {
      if (calls++ === 0) throw new Error("no room");
      return synthesise();
    },
  });
  const client = core.connect();
  client.say("One. Two.");
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("sentence_ended").map(({ status }) => status), ["failed", "completed"]);
  assertStringIncludes(client.of("error")[0]!.problem.message, "no room");
  assertEquals(core.factsOf("worker_restarted"), []);
  await core.stop();
});

Deno.test("a failed synthesis tells what could not be spoken, others tell no text", async () => {
  const core = new Core({
    workers: 1,
    script: (_, call) => call === 0 ? [{ fail: "hoarse" }] : [{ audioMs: 100 }],
  });
  core.connect().say("One. Two.");
  await core.clock.advanceAsync(5_000);
  assertEquals(core.factsOf("synthesis_ended").map(({ outcome, text }) => [outcome, text]), [
    ["failed", "One."],
    ["completed", undefined],
  ]);
  await core.stop();
});

Deno.test("the text that opens an utterance brings its trace, and later text does not", async () => {
  const core = new Core();
  const client = core.connect();
  client.send({ type: "text", text: "One. ", final: false, traceparent: "first" });
  client.send({ type: "text", text: "Two.", final: true, traceparent: "second" });
  client.say("Three.");
  assertEquals(core.factsOf("utterance_started").map(({ traceparent }) => traceparent), [
    "first",
    undefined,
  ]);
  assertEquals(core.factsOf("session_started").map(({ traceparent }) => traceparent), [undefined]);
  await core.clock.advanceAsync(5_000);
  await core.stop();
});
