import { assertEquals, assertStringIncludes } from "@std/assert";
import { ScriptedBackend, steadyScript } from "../../src/backends/scripted.ts";
import type { Backend } from "../../src/speech/backend.ts";
import type { SpeechEvent } from "../../src/speech/events.ts";
import { ANYONE } from "../../src/speech/fair_queue.ts";
import { Scheduler, type SentenceSource, type SynthesisJob } from "../../src/speech/scheduler.ts";
import { WorkerPool } from "../../src/speech/worker_pool.ts";
import { Core } from "../helpers/core.ts";
import { FakeClock, settle } from "../helpers/fake_clock.ts";

const firstOnly = (step: { fail: string } | { stall: true }) => (_request: unknown, call: number) =>
  call === 0 ? [{ audioMs: 50 }, step] : [{ audioMs: 100 }];

Deno.test("a failed sentence is reported and the next ones are spoken", async () => {
  const core = new Core({ workers: 1, script: firstOnly({ fail: "the engine has a cold" }) });
  const client = core.connect();
  client.say("One. Two. Three.");
  await core.clock.advanceAsync(10_000);
  assertEquals(client.of("sentence_ended").map(({ status }) => status), [
    "failed",
    "completed",
    "completed",
  ]);
  const [error] = client.of("error");
  assertEquals([error!.problem.code, error!.fatal], ["synthesis_failed", false]);
  assertStringIncludes(error!.problem.message, "the engine has a cold");
  const [ended] = client.of("utterance_ended");
  assertEquals([ended!.outcome, ended!.sentences, ended!.failedSentences], ["completed", 3, 1]);
  assertEquals(ended!.durationMs, 250);
  await core.stop();
});

Deno.test("an utterance of which nothing could be spoken has failed", async () => {
  const core = new Core({ script: () => [{ fail: "no voice today" }] });
  const client = core.connect();
  client.say("One. Two.");
  await core.clock.advanceAsync(1_000);
  assertEquals(
    client.of("utterance_ended").map(({ outcome, failedSentences }) => [outcome, failedSentences]),
    [["failed", 2]],
  );
  await core.stop();
});

Deno.test("a backend that stalls fails the sentence after the stated time", async () => {
  const core = new Core({ workers: 1, chunkTimeoutMs: 2_000, script: firstOnly({ stall: true }) });
  const client = core.connect();
  client.say("One. Two.");
  await core.clock.advanceAsync(1_990);
  assertEquals(client.of("sentence_ended"), []);
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("sentence_ended").map(({ status }) => status), ["failed", "completed"]);
  assertStringIncludes(client.of("error")[0]!.problem.message, "2000 ms");
  assertEquals(core.backend.counts.active, 0);
  await core.stop();
});

Deno.test("an engine that has run away is stopped at the longest sentence allowed", async () => {
  const core = new Core({
    limits: { maxSentenceMs: 1_000 },
    script: function* () {
      for (;;) yield { audioMs: 400 };
    },
  });
  const client = core.connect();
  client.say("One.");
  await core.clock.advanceAsync(10_000);
  assertEquals(client.of("sentence_ended").map(({ status }) => status), ["failed"]);
  assertEquals(client.audioMs, 1_200);
  assertEquals(core.backend.counts.active, 0);
  await core.stop();
});

Deno.test("no more syntheses run than there are workers, and all workers are used", async () => {
  const core = new Core({ workers: 3, script: steadyScript({ firstAudioMs: 200 }) });
  const clients = Array.from({ length: 5 }, () => core.connect());
  for (const client of clients) client.say("One. Two. Three.");
  await core.clock.advanceAsync(60_000);
  assertEquals(core.backend.counts.maxActive, 3);
  assertEquals(core.backend.counts.finished, 15);
  assertEquals(core.pool.busy, 0);
  await core.stop();
});

Deno.test("a worker that dies is replaced", async () => {
  const clock = new FakeClock();
  const facts: SpeechEvent[] = [];
  const scheduler = new Scheduler({ clock, maxQueueDepth: 10 });
  const spoken: string[] = [];
  const job = (text: string): SynthesisJob => ({
    sentence: { sessionId: "s", utteranceId: "u", index: 0 },
    text,
    voice: "one",
    speed: 1,
    signal: new AbortController().signal,
    accept() {},
    complete() {
      // A fault outside the synthesis, such as a bug in a listener.
      if (text === "deadly") throw new Error("a bug");
      spoken.push(text);
    },
    fail() {},
  });
  const jobs = [job("deadly"), job("fine")];
  const source: SentenceSource = {
    tenant: ANYONE,
    isPaced: true,
    get eligible() {
      return jobs.length;
    },
    dueAt: 0,
    isFirst: true,
    take: () => jobs.shift()!,
  };
  const pool = new WorkerPool({
    size: 1,
    scheduler,
    backend: new ScriptedBackend({ clock }),
    clock,
    record: (event) => void facts.push(event),
    chunkTimeoutMs: 1_000,
  });
  pool.start();
  scheduler.update(source);
  await clock.advanceAsync(5_000);
  assertEquals(spoken, ["fine"]);
  assertEquals(facts.filter(({ type }) => type === "worker_restarted"), [
    { type: "worker_restarted", worker: 0, error: "a bug" },
  ]);
  assertEquals(pool.busy, 0);
  await pool.stop();
});

Deno.test("a backend that throws at once, or gives no stream, fails the sentence only", async () => {
  const core = new Core({ workers: 1 });
  const broken = core.backend as unknown as { synthesize: Backend["synthesize"] };
  const original = broken.synthesize;
  broken.synthesize = () => {
    broken.synthesize = original;
    throw new TypeError("not today");
  };
  const client = core.connect();
  client.say("One. Two.");
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("sentence_ended").map(({ status }) => status), ["failed", "completed"]);
  await core.stop();
});

Deno.test("stopping the pool cancels what runs and leaves no timer", async () => {
  const core = new Core({ script: () => [{ stall: true }] });
  const client = core.connect();
  client.say("One. Two.");
  await core.clock.advanceAsync(10);
  assertEquals(core.pool.busy, 2);
  client.session.leave("gone");
  await core.stop();
  await settle();
  assertEquals(core.backend.counts.active, 0);
  assertEquals(core.clock.pending, 0);
});

Deno.test("the pool grows and shrinks; a worker that is too many finishes what it is in", async () => {
  const core = new Core({ workers: 1, script: steadyScript({ firstAudioMs: 100, audioMs: 10 }) });
  const clients = Array.from({ length: 6 }, () => core.connect({ lead: "unpaced" }));
  const sayAll = () => clients.forEach((client) => client.say("One."));
  sayAll();
  await core.clock.advanceAsync(50);
  assertEquals(core.pool.busy, 1);
  core.pool.resize(4);
  await core.clock.advanceAsync(0);
  assertEquals([core.pool.size, core.pool.busy], [4, 4]);
  core.pool.resize(2);
  assertEquals([core.pool.size, core.pool.busy], [2, 4]);
  await core.clock.advanceAsync(60);
  assertEquals(core.pool.busy, 4);
  await core.clock.advanceAsync(500);
  assertEquals(clients.map((client) => client.of("utterance_ended").length), [1, 1, 1, 1, 1, 1]);
  assertEquals([core.pool.busy, core.backend.counts.maxActive], [0, 4]);
  // Shrunk and grown again before the ones that were too many have left.
  core.pool.resize(1);
  core.pool.resize(3);
  sayAll();
  await core.clock.advanceAsync(50);
  assertEquals(core.pool.busy, 3);
  await core.clock.advanceAsync(500);
  assertEquals(core.factsOf("workers_changed").map(({ workers }) => workers), [4, 2, 1, 3]);
  assertEquals(clients.map((client) => client.of("utterance_ended").length), [2, 2, 2, 2, 2, 2]);
  assertEquals(core.factsOf("worker_restarted").map(({ error }) => error), []);
  for (const client of clients) client.session.leave("gone");
  await core.stop();
  assertEquals(core.clock.pending, 0);
});
