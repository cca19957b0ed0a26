import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Core, type TestClient } from "../helpers/core.ts";

const codes = (client: TestClient) => client.of("error").map(({ problem }) => problem.code);

Deno.test("text without an id joins the open utterance, exactly as sent", async () => {
  const core = new Core();
  const client = core.connect();
  for (const delta of ["Hel", "lo the", "re. How ", "are you?"]) client.write(delta);
  client.send({ type: "end" });
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("utterance_started").map(({ number }) => number), [1]);
  assertEquals(client.of("sentence_started").map(({ text }) => text), [
    "Hello there.",
    "How are you?",
  ]);
  assertEquals(
    client.of("sentence_started").map(({ sourceStart, sourceEnd }) => [sourceStart, sourceEnd]),
    [[0, 12], [13, 25]],
  );
  assertEquals(client.of("utterance_ended").map(({ characters }) => characters), [25]);
  await core.stop();
});

Deno.test("after the end, text without an id opens a new utterance", async () => {
  const core = new Core();
  const client = core.connect();
  client.say("One.");
  client.say("Two.");
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("utterance_ended").map(({ utteranceId }) => utteranceId), ["u1", "u2"]);
  await core.stop();
});

Deno.test("an id that the server would give is left to the client that took it", async () => {
  const core = new Core();
  const client = core.connect();
  client.say("One.", "u2");
  client.say("Two.");
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("utterance_ended").map(({ utteranceId }) => utteranceId), ["u2", "u2_"]);
  await core.stop();
});

Deno.test("utterances are spoken in the order in which they were opened", async () => {
  const core = new Core();
  const client = core.connect();
  client.write("First, ", "a");
  client.say("Second.", "b");
  await core.clock.advanceAsync(300);
  client.say("and its end.", "a");
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("utterance_ended").map(({ utteranceId }) => utteranceId), ["a", "b"]);
  assertEquals(
    client.of("sentence_started").map(({ utteranceId }) => utteranceId).join(""),
    "a".repeat(client.of("sentence_started").length - 1) + "b",
  );
  await core.stop();
});

Deno.test("flush speaks what is buffered, and the utterance goes on", async () => {
  const core = new Core();
  const client = core.connect();
  client.write("Half a sen");
  client.send({ type: "flush" });
  await core.clock.advanceAsync(200);
  assertEquals(client.of("sentence_started").map(({ text }) => text), ["Half a sen"]);
  client.write("tence.");
  client.send({ type: "end" });
  await core.clock.advanceAsync(1_000);
  assertEquals(client.of("sentence_started").map(({ text }) => text), ["Half a sen", "tence."]);
  await core.stop();
});

Deno.test("a stalled stream releases what it has after the silence, at a safe place", async () => {
  const core = new Core({ limits: { stallMs: 500 } });
  const client = core.connect();
  client.write("I was thinking ab");
  await core.clock.advanceAsync(400);
  client.write("out");
  await core.clock.advanceAsync(400);
  assertEquals(client.of("sentence_started"), []);
  await core.clock.advanceAsync(110);
  assertEquals(client.of("sentence_started").map(({ text }) => text), ["I was thinking"]);
  client.write(" it.");
  client.send({ type: "end" });
  await core.clock.advanceAsync(2_000);
  assertEquals(client.of("sentence_started").map(({ text }) => text), [
    "I was thinking",
    "about it.",
  ]);
  await core.stop();
});

Deno.test("what cannot be spoken has no audio and no error, and is accounted for", async () => {
  const core = new Core();
  const client = core.connect();
  client.say("---\n\nHello.\n\n🎉");
  await core.clock.advanceAsync(2_000);
  assertEquals(codes(client), []);
  const started = client.of("sentence_started");
  assertEquals(started.filter(({ text }) => text !== "").map(({ text }) => text), ["Hello."]);
  assertEquals(client.of("sentence_ended").length, started.length);
  assert(client.of("sentence_ended").every(({ status }) => status === "completed"));
  assertEquals(
    client.of("utterance_ended").map(({ outcome, durationMs }) => [outcome, durationMs]),
    [
      ["completed", 100],
    ],
  );
  await core.stop();
});

Deno.test("an utterance of white space only is completed without audio", async () => {
  const core = new Core();
  const client = core.connect();
  client.say(" \n ");
  const [ended] = client.of("utterance_ended");
  assertEquals(
    [ended!.outcome, ended!.sentences, ended!.durationMs, ended!.timeToFirstAudioMs],
    ["completed", 0, 0, null],
  );
  await core.stop();
});

Deno.test("word timings count from the start of the utterance", async () => {
  const core = new Core({
    script: ({ text }) => [
      { audioMs: 300 },
      { words: [{ start: 0, end: text.length, startMs: 10, endMs: 290 }] },
    ],
  });
  const client = core.connect({ words: true });
  client.say("One. Two.");
  await core.clock.advanceAsync(2_000);
  assertEquals(client.of("words").map(({ index, words }) => [index, words]), [
    [0, [{ text: "One.", startMs: 10, endMs: 290 }]],
    [1, [{ text: "Two.", startMs: 310, endMs: 590 }]],
  ]);
  await core.stop();
});

Deno.test("text for an utterance that takes no more is refused, whatever its state", async () => {
  const core = new Core();
  const client = core.connect();
  client.say("One.", "a");
  client.write("more", "a");
  await core.clock.advanceAsync(5_000);
  client.write("more", "a");
  client.send({ type: "end", utteranceId: "a" });
  client.send({ type: "flush", utteranceId: "a" });
  assertEquals(codes(client), Array(4).fill("utterance_ended"));
  assertEquals(client.of("utterance_started").length, 1);
  await core.stop();
});

Deno.test("end, flush and playback of an utterance that never was are refused", async () => {
  const core = new Core();
  const client = core.connect();
  client.send({ type: "end" });
  client.send({ type: "flush", utteranceId: "x" });
  client.send({ type: "playback", utteranceId: "x", playedMs: 1 });
  assertEquals(codes(client), Array(3).fill("unknown_utterance"));
  await core.stop();
});

Deno.test("every limit on text is named, and what passes it has no effect", async () => {
  const core = new Core({
    limits: {
      maxTextCharacters: 20,
      maxUtteranceCharacters: 50,
      maxOpenUtterances: 2,
      maxPendingCharacters: 70,
    },
    script: () => [{ stall: true }],
  });
  const client = core.connect();
  const refusalOf = (action: () => void) => {
    const before = client.of("error").length;
    action();
    const problem = client.of("error")[before]?.problem;
    return [problem?.code, problem?.limit, (problem?.retryAfterMs ?? 0) > 0];
  };
  assertEquals(refusalOf(() => client.write("x".repeat(21))), ["text_too_long", 20, false]);
  assertEquals(client.of("utterance_started"), []);
  client.write("x".repeat(20), "a");
  client.write("x".repeat(20), "a");
  assertEquals(refusalOf(() => client.write("x".repeat(11), "a")), ["text_too_long", 50, false]);
  client.write("x".repeat(20), "b");
  assertEquals(refusalOf(() => client.write("x", "c")), ["session_limit", 2, false]);
  assertEquals(refusalOf(() => client.write("x".repeat(20), "b")), ["overloaded", 70, true]);
  await core.stop();
});

Deno.test("when the queue is full, text is refused whole with a hint, and taken later", async () => {
  const core = new Core({
    workers: 1,
    maxQueueDepth: 3,
    script: steadyScript({ firstAudioMs: 1_000 }),
  });
  const first = core.connect();
  const second = core.connect();
  first.say("One. Two. Three. Four. Five.");
  second.say("Not now.");
  const [error] = second.of("error");
  assertEquals(error!.problem.code, "overloaded");
  assert(error!.problem.retryAfterMs! > 0);
  assertEquals(second.of("utterance_started"), []);
  await core.clock.advanceAsync(60_000);
  second.say("Now.");
  await core.clock.advanceAsync(5_000);
  assertEquals(second.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  assertEquals(first.of("sentence_ended").length, 5);
  await core.stop();
});

Deno.test("configure holds from the next utterance on, and an unknown voice changes nothing", async () => {
  const core = new Core();
  const client = core.connect();
  client.write("One. ");
  client.send({ type: "configure", settings: { voice: "two", speed: 1.5 } });
  client.write("Two. ");
  client.send({ type: "end" });
  client.say("Three.");
  client.send({ type: "configure", settings: { voice: "nobody" } });
  await core.clock.advanceAsync(5_000);
  assertEquals(core.backend.requests.map(({ voice, speed }) => [voice, speed]), [
    ["one", 1],
    ["one", 1],
    ["two", 1.5],
  ]);
  assertEquals(client.of("configured").map(({ settings }) => settings), [
    { voice: "two", speed: 1.5, lead: 300, words: false },
  ]);
  const [error] = client.of("error");
  assertEquals([error!.problem.code, error!.problem.field], ["unsupported", "voice"]);
  assertStringIncludes(error!.problem.message, "one, two");
  await core.stop();
});

Deno.test("close finishes what is being said, takes no more text, and still can be interrupted", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 2_000 }) });
  const client = core.connect();
  client.write("One. Two");
  client.send({ type: "close" });
  client.write("Three.");
  assertEquals(codes(client), ["utterance_ended"]);
  await core.clock.advanceAsync(1_000);
  assertEquals(client.end, undefined);
  await core.clock.advanceAsync(10_000);
  assertEquals(client.of("sentence_ended").length, 2);
  assertEquals(client.end, "finished");

  const other = core.connect();
  other.say("A long story.");
  other.send({ type: "close" });
  await core.clock.advanceAsync(100);
  other.send({ type: "barge_in" });
  assertEquals(other.end, "finished");
  await core.stop();
});

Deno.test("a draining session finishes what it says; an idle one goes at once", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 2_000 }) });
  const idle = core.connect();
  const speaking = core.connect();
  speaking.say("Hello.");
  await core.clock.advanceAsync(100);
  idle.session.drain(5_000);
  speaking.session.drain(5_000);
  assertEquals([idle.end, speaking.end], ["drained", undefined]);
  assertEquals(speaking.of("draining").map(({ deadlineMs }) => deadlineMs), [5_000]);
  await core.clock.advanceAsync(5_000);
  assertEquals(speaking.end, "drained");
  assertEquals(speaking.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  await core.stop();
});

Deno.test("a session without messages and without anything to say is ended, a speaking one is not", async () => {
  const core = new Core({
    limits: { idleTimeoutMs: 10_000 },
    script: steadyScript({ audioMs: 30_000 }),
  });
  const idle = core.connect();
  const speaking = core.connect();
  speaking.say("A long one.");
  await core.clock.advanceAsync(9_000);
  idle.send({ type: "ping" });
  await core.clock.advanceAsync(9_900);
  assertEquals([idle.end, speaking.end], [undefined, undefined]);
  await core.clock.advanceAsync(200);
  assertEquals([idle.end, speaking.end], ["idle_timeout", undefined]);
  await core.clock.advanceAsync(11_200);
  assertEquals(speaking.of("utterance_ended").length, 1);
  await core.clock.advanceAsync(20_000);
  assertEquals(speaking.end, "idle_timeout");
  assertEquals(core.clock.pending, 0);
  await core.stop();
});

Deno.test("a session that is gone leaves nothing behind, and takes no commands", async () => {
  const core = new Core({ script: () => [{ audioMs: 100 }, { stall: true }] });
  const client = core.connect();
  client.say("One. Two. Three. Four. Five. Six. Seven.");
  client.write("Not finished");
  await core.clock.advanceAsync(50);
  client.session.leave("gone");
  client.session.leave("gone");
  client.say("Too late.");
  await core.clock.advanceAsync(0);
  assertEquals([core.scheduler.depth, core.pool.busy, core.ticker.size], [0, 0, 0]);
  assertEquals(core.clock.pending, 0);
  assertEquals(core.factsOf("session_ended").length, 1);
  assertEquals(core.factsOf("utterance_ended").map(({ outcome }) => outcome), [
    "interrupted",
    "interrupted",
  ]);
  await core.stop();
});

Deno.test("ping is answered with its id", async () => {
  const core = new Core();
  const client = core.connect();
  client.send({ type: "ping" });
  client.send({ type: "ping", id: "x" });
  assertEquals(client.events, [{ type: "pong" }, { type: "pong", id: "x" }]);
  await core.stop();
});

Deno.test("a session that the server ends in the middle tells what will not be heard", async () => {
  const core = new Core({
    limits: { idleTimeoutMs: 10_000 },
    script: steadyScript({ audioMs: 2_000 }),
  });
  const cut = core.connect();
  cut.say("First one. Second one.");
  cut.say(" And another.");
  await core.clock.advanceAsync(2_500);
  cut.session.end("drained");
  const [report] = cut.of("barge_in");
  assertEquals(
    report!.utterances.map(({ heardText, unheardText }) => heardText + unheardText),
    ["First one. Second one.", " And another."],
  );
  assert(report!.utterances[0]!.unheardText.endsWith("Second one."));
  assertEquals(cut.of("utterance_ended").map(({ outcome }) => outcome), [
    "interrupted",
    "interrupted",
  ]);
  // The listener did not ask for it, so no promise is measured by it.
  assertEquals(core.factsOf("barge_in"), []);

  const idle = core.connect();
  idle.write("Unfinished utteran");
  await core.clock.advanceAsync(20_000);
  assertEquals(idle.end, "idle_timeout");
  assertEquals(idle.of("barge_in")[0]?.utterances[0]?.unheardText, " utteran");
  await core.stop();
});
