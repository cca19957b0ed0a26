import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { Core } from "../helpers/core.ts";
import { timedScript } from "../helpers/timed_words.ts";

/** Each word takes 500 ms, and its timing is told. */
const wordScript = timedScript(500);

Deno.test("a barge-in cuts the text at the last word heard whole", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect({ lead: 300 });
  client.say("one two three four. five six seven eight.");
  await core.clock.advanceAsync(2_800);
  client.send({ type: "barge_in" });
  const [report] = client.of("barge_in");
  assertEquals(report!.utterances.map(({ heardText }) => heardText), ["one two three four. five"]);
  assertEquals(report!.utterances.map(({ unheardText }) => unheardText), [" six seven eight."]);
  assertEquals(report!.estimated, true);
  assertAlmostEquals(report!.playedMs, 2_800, 6);
  assertAlmostEquals(report!.discardedMs, 300, 26);
  await core.stop();
});

Deno.test("nothing of an interrupted utterance comes after the report but its end", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect();
  client.say("one two three. four five six. seven eight nine.");
  await core.clock.advanceAsync(700);
  client.send({ type: "barge_in" });
  const cut = client.events.findIndex(({ type }) => type === "barge_in");
  await core.clock.advanceAsync(60_000);
  assertEquals(client.events.slice(cut + 1).map(({ type }) => type), ["utterance_ended"]);
  assertEquals(client.of("utterance_ended")[0]!.outcome, "interrupted");
  assertEquals([core.scheduler.depth, core.pool.busy, core.ticker.size], [0, 0, 0]);
  await core.stop();
});

Deno.test("a barge-in frees the workers at once, even of a backend that ignores it", async () => {
  const core = new Core({
    workers: 2,
    script: () => [{ ignoreCancellation: true }, { waitMs: 60_000 }, { audioMs: 100 }],
  });
  const client = core.connect();
  client.say("One. Two. Three. Four.");
  await core.clock.advanceAsync(10);
  assertEquals(core.pool.busy, 2);
  client.send({ type: "barge_in" });
  await core.clock.advanceAsync(0);
  assertEquals([core.pool.busy, core.scheduler.depth], [0, 0]);
  const [report] = client.of("barge_in");
  assertEquals(report!.utterances[0]!.unheardText, "One. Two. Three. Four.");
  assertEquals(report!.utterances[0]!.heardText, "");
  await core.clock.advanceAsync(120_000);
  assertEquals(client.audioMs, 0);
  await core.stop();
});

Deno.test("the client's own position wins over the estimate", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect({ lead: "unpaced" });
  client.say("one two three four five six.", "a");
  await core.clock.advanceAsync(2_000);
  client.send({ type: "barge_in", playedMs: 1_100 });
  const [report] = client.of("barge_in");
  assertEquals(report!.utterances[0]!.heardText, "one two");
  assertEquals(report!.playedMs, 1_100);
  assertEquals(report!.estimated, false);
  assertEquals(report!.discardedMs, 1_900);
  await core.stop();
});

Deno.test("a playback report is carried on to the moment of the barge-in", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect({ lead: 1_000 });
  client.say("one two three four five six.", "a");
  await core.clock.advanceAsync(1_000);
  // The client started 400 ms late.
  client.send({ type: "playback", utteranceId: "a", playedMs: 600 });
  await core.clock.advanceAsync(500);
  client.send({ type: "barge_in" });
  const [report] = client.of("barge_in");
  assertEquals(report!.playedMs, 1_100);
  assertEquals(report!.utterances[0]!.heardText, "one two");
  assertEquals(report!.estimated, false);
  await core.stop();
});

Deno.test("a listener that had nothing to hear has not gone on since its last report", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect({ lead: 300 });
  client.send({ type: "text", text: "one two. ", utteranceId: "a", final: false });
  await core.clock.advanceAsync(1_000);
  client.send({ type: "playback", utteranceId: "a", playedMs: 1_000 });
  await core.clock.advanceAsync(3_000);
  client.send({ type: "text", text: "three four.", utteranceId: "a", final: true });
  await core.clock.advanceAsync(100);
  client.send({ type: "barge_in" });
  const [report] = client.of("barge_in");
  assertAlmostEquals(report!.playedMs, 1_100, 1);
  assertEquals(report!.utterances[0]!.heardText, "one two.");
  await core.stop();
});

Deno.test("a position beyond what was sent counts as what was sent", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect({ lead: 0 });
  client.say("one two three four.", "a");
  await core.clock.advanceAsync(1_010);
  client.send({ type: "barge_in", playedMs: 99_999 });
  const [report] = client.of("barge_in");
  assertEquals(report!.utterances[0]!.heardText, "one two");
  assertEquals(report!.discardedMs, 0);
  await core.stop();
});

Deno.test("without an id every utterance stops, and all that was not heard is reported", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect();
  client.say("one two three.", "a");
  client.say("four five six.", "b");
  client.write("seven eight", "c");
  // By now "a" has been heard to its end, and is none of the interrupted.
  await core.clock.advanceAsync(2_100);
  client.send({ type: "barge_in" });
  const [report] = client.of("barge_in");
  assertEquals(
    report!.utterances.map(({ utteranceId, heardText, unheardText }) => [
      utteranceId,
      heardText,
      unheardText,
    ]),
    [["b", "four", " five six."], ["c", "", "seven eight"]],
  );
  await core.clock.advanceAsync(10_000);
  assertEquals(client.of("utterance_ended").map(({ utteranceId }) => utteranceId).sort(), [
    "a",
    "b",
    "c",
  ]);
  await core.stop();
});

Deno.test("with an id only that utterance stops, and the next one is spoken", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect();
  client.say("one two three four.", "a");
  client.say("five six.", "b");
  await core.clock.advanceAsync(600);
  client.send({ type: "barge_in", utteranceId: "a" });
  await core.clock.advanceAsync(10_000);
  assertEquals(
    client.of("utterance_ended").map(({ utteranceId, outcome }) => [utteranceId, outcome]),
    [["a", "interrupted"], ["b", "completed"]],
  );
  assertEquals(client.of("utterance_ended")[1]!.durationMs, 1_000);
  const cut = client.events.findIndex(({ type }) => type === "barge_in");
  assert(
    client.events.slice(cut).every((event) =>
      event.type !== "audio" || event.utteranceNumber === 2
    ),
  );
  await core.stop();
});

Deno.test("an utterance further back can be taken out of the line", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect();
  client.say("one two.", "a");
  client.say("three four.", "b");
  client.say("five six.", "c");
  await core.clock.advanceAsync(100);
  client.send({ type: "barge_in", utteranceId: "b" });
  await core.clock.advanceAsync(10_000);
  assertEquals(
    client.of("utterance_ended").map(({ utteranceId, outcome }) => [utteranceId, outcome]),
    [["b", "interrupted"], ["a", "completed"], ["c", "completed"]],
  );
  await core.stop();
});

Deno.test("a barge-in is answered also when nothing is being said", async () => {
  const core = new Core();
  const client = core.connect();
  client.send({ type: "barge_in" });
  assertEquals(
    client.of("barge_in").map(({ utterances, playedMs, discardedMs }) => [
      utterances,
      playedMs,
      discardedMs,
    ]),
    [[[], 0, 0]],
  );
  client.say("Hello there.", "a");
  await core.clock.advanceAsync(60_000);
  client.send({ type: "barge_in" });
  client.send({ type: "barge_in", utteranceId: "a" });
  client.send({ type: "barge_in", playedMs: 0 });
  assertEquals(client.of("barge_in").map(({ utterances }) => utterances.length), [0, 0, 0, 0]);
  await core.stop();
});

Deno.test("audio that was all sent but not all heard is still reported", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect({ lead: "unpaced" });
  client.say("one two three four.", "a");
  await core.clock.advanceAsync(1_100);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  client.send({ type: "barge_in" });
  const [report] = client.of("barge_in");
  assertEquals(report!.utterances.map(({ heardText, unheardText }) => [heardText, unheardText]), [[
    "one two",
    " three four.",
  ]]);
  assertEquals(report!.discardedMs, 900);
  await core.clock.advanceAsync(1_000);
  assertEquals(client.of("utterance_ended").length, 1);
  client.send({ type: "barge_in" });
  assertEquals(client.of("barge_in")[1]!.utterances, []);
  await core.stop();
});

Deno.test("an unknown id is an error and stops nothing", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect();
  client.say("one two three.", "a");
  await core.clock.advanceAsync(100);
  client.send({ type: "barge_in", utteranceId: "nobody" });
  assertEquals(client.of("error").map(({ problem }) => [problem.code, problem.field]), [
    ["unknown_utterance", "utterance_id"],
  ]);
  await core.clock.advanceAsync(10_000);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), ["completed"]);
  await core.stop();
});

Deno.test("without word timings the text is cut at a word's end by proportion", async () => {
  const core = new Core({ script: steadyScript({ audioMs: 2_000 }) });
  const client = core.connect({ lead: 0 });
  client.say("aaaa bbbb cccc dddd.");
  await core.clock.advanceAsync(1_100);
  client.send({ type: "barge_in" });
  const [report] = client.of("barge_in");
  assertEquals(report!.utterances[0]!.heardText, "aaaa bbbb");
  assertEquals(report!.utterances[0]!.unheardText, " cccc dddd.");
  await core.stop();
});

Deno.test("mark-up that was not spoken goes with the word that it clings to", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect({ lead: 0 });
  client.say("This is **very** important.");
  await core.clock.advanceAsync(1_600);
  client.send({ type: "barge_in" });
  const [report] = client.of("barge_in");
  assertEquals(report!.utterances[0]!.heardText, "This is **very**");
  assertEquals(report!.utterances[0]!.unheardText, " important.");
  await core.stop();
});

Deno.test("text after a barge-in opens a new utterance that is spoken at once", async () => {
  const core = new Core({ script: wordScript });
  const client = core.connect();
  client.write("one two three four five six ");
  client.send({ type: "flush" });
  await core.clock.advanceAsync(700);
  client.send({ type: "barge_in" });
  client.say("seven.");
  await core.clock.advanceAsync(0);
  const last = client.events.at(-1)!;
  assertEquals(last.type, "audio");
  await core.clock.advanceAsync(5_000);
  assertEquals(client.of("utterance_ended").map(({ outcome }) => outcome), [
    "interrupted",
    "completed",
  ]);
  await core.stop();
});
