import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { SyrinxError } from "../../../src/web/client/errors.ts";
import type { ClientMessage } from "../../../src/web/client/messages.ts";
import { FakeSession } from "../helpers/fake_session.ts";

/** What the latest connection was sent of that type. */
function sent<Type extends ClientMessage["type"]>({ server }: FakeSession, type: Type) {
  return server.socket.received.filter((message) => message.type === type) as Extract<
    ClientMessage,
    { type: Type }
  >[];
}

/** A stream of tokens. */
async function* tokens(...list: string[]): AsyncGenerator<string> {
  for (const token of list) yield await Promise.resolve(token);
}

Deno.test("a text is said and heard", async () => {
  const fake = await FakeSession.open();
  const utterance = fake.session.say("One two. Three.");
  await fake.run(1_000);
  assertEquals(await utterance.heard, {
    text: "One two. Three.",
    unheardText: "",
    playedMs: 140,
    outcome: "completed",
  });
  assertEquals(fake.events, [
    "state: open",
    "sentence: One two.",
    "sentence: Three.",
    "completed: One two. Three.",
  ]);
  const samples = fake.chunks.reduce((sum, { pcm }) => sum + pcm.length, 0);
  assertEquals(samples / fake.chunks[0]!.sampleRate, 0.14);
  assertEquals(fake.chunks.map(({ index }) => index), [0, 0, 0, 0, 1, 1, 1]);
  await fake.session.close();
});

Deno.test("the server is told where the listener is, every 250 ms", async () => {
  const fake = await FakeSession.open();
  fake.session.say("A sentence with sixty characters, which are spoken in 600 ms.");
  await fake.run(1_000);
  const told = sent(fake, "playback").map(({ played_ms }) => played_ms);
  assertEquals(told, [20, 280, 540]);
  await fake.session.close();
});

Deno.test("tokens that come at once are one message, in their order", async () => {
  const fake = await FakeSession.open();
  const utterance = fake.session.say(tokens("One", " two", ".", " Thr", "ee."));
  await fake.run(1_000);
  const texts = sent(fake, "text");
  assertEquals(texts.map(({ text }) => text).join(""), "One two. Three.");
  assert(texts.length < 5);
  assertEquals((await utterance.heard).text, "One two. Three.");
  await fake.session.close();
});

Deno.test("a source that fails is told, and what came of it is said", async () => {
  const fake = await FakeSession.open();
  const utterance = fake.session.say(async function* () {
    yield await Promise.resolve("One. Two.");
    throw new Error("no more tokens");
  }());
  await fake.run(1_000);
  assertEquals((await utterance.heard).text, "One. Two.");
  assert(fake.events.includes("error: source_failed"));
  await fake.session.close();
});

Deno.test("utterances are begun in the order in which they were said", async () => {
  const fake = await FakeSession.open();
  let go = () => {};
  fake.session.say(async function* () {
    await new Promise<void>((resolve) => go = resolve);
    yield "First.";
  }());
  fake.session.say("Second.");
  await fake.run(200);
  assertEquals(sent(fake, "text"), []);
  go();
  await fake.run(500);
  assertEquals(sent(fake, "text").map(({ text }) => text), ["First.", "Second."]);
  await fake.session.close();
});

Deno.test("a barge-in is told with the position, and nothing of it comes after", async () => {
  const fake = await FakeSession.open();
  const utterance = fake.session.say("One two three four five six seven. Eight nine.");
  const next = fake.session.say("And this as well.");
  await fake.run(200);
  const chunks = fake.chunks.length;
  const report = fake.session.bargeIn();
  const later = fake.session.say("Something else.");
  await fake.clock.advanceAsync(0);
  const types = fake.server.socket.received.map(({ type }) => type).filter((type) =>
    type !== "ping"
  );
  // What is said after it is also sent after it.
  assertEquals(types.slice(-3), ["playback", "barge_in", "text"]);
  assertEquals(sent(fake, "barge_in"), [{ type: "barge_in", played_ms: 200 }]);
  while (fake.server.socket.step());
  assertEquals(
    fake.chunks.slice(chunks).map(({ utterance }) => utterance),
    [later, later]
      .concat(fake.chunks.slice(chunks + 2).map(() => later)),
  );
  fake.server.socket.tell({
    type: "barge_in",
    played_ms: 200,
    utterances: [
      { utterance_id: "say-1", played_ms: 200, heard_text: "One two three four", unheard_text: "" },
      { utterance_id: "say-2", played_ms: 0, heard_text: "", unheard_text: "" },
    ],
  });
  const { latencyMs, ...rest } = await report;
  assertEquals(rest, {
    utterances: [utterance, next],
    heardText: "One two three four",
    unheardText: " five six seven. Eight nine.And this as well.",
  });
  assertEquals(latencyMs, 0);
  assertEquals(await utterance.heard, {
    text: "One two three four",
    unheardText: " five six seven. Eight nine.",
    playedMs: 200,
    outcome: "interrupted",
  });
  await fake.run(1_000);
  assertEquals((await later.heard).outcome, "completed");
  await fake.session.close();
});

Deno.test("text that was about to be sent is not sent after a barge-in", async () => {
  const fake = await FakeSession.open();
  fake.session.say("One.");
  fake.session.say("Two.", { voice: "two" });
  // The first one is answered; the next request waits for its turn.
  await fake.clock.advanceAsync(0);
  void fake.session.bargeIn();
  await fake.clock.advanceAsync(2_000);
  assertEquals(sent(fake, "text").map(({ text }) => text), ["One."]);
  fake.session.say("Three.");
  fake.session.say("Four.");
  await fake.clock.advanceAsync(100);
  assertEquals(sent(fake, "text").map(({ text }) => text), ["One.", "Three.", "Four."]);
  await fake.session.close();
});

Deno.test("a barge-in of one utterance leaves the others", async () => {
  const fake = await FakeSession.open();
  const first = fake.session.say("One two three four.");
  const second = fake.session.say("Five six.");
  await fake.run(100);
  const report = fake.session.bargeIn(first);
  await fake.clock.advanceAsync(0);
  assertEquals(sent(fake, "barge_in"), [
    { type: "barge_in", utterance_id: "say-1", played_ms: 100 },
  ]);
  // The server says nothing: then it is known from here.
  await fake.run(2_000);
  assertEquals((await report).utterances, [first]);
  assertEquals((await first.heard).text, "One two");
  assertEquals((await second.heard).outcome, "completed");
  await fake.session.close();
});

Deno.test("what was heard is known without a connection, too", async () => {
  const fake = await FakeSession.open();
  const utterance = fake.session.say("One two. Three four.");
  await fake.run(100);
  fake.server.isUp = false;
  fake.server.socket.fail();
  const { heardText, unheardText } = await fake.session.bargeIn();
  assertEquals([heardText, unheardText], ["One two.", " Three four."]);
  assertEquals((await utterance.heard).outcome, "interrupted");
  await fake.session.close();
});

Deno.test("with nothing to interrupt there is nothing to report", async () => {
  const fake = await FakeSession.open();
  const report = await fake.session.bargeIn();
  assertEquals(report, { utterances: [], heardText: "", unheardText: "", latencyMs: 0 });
  assertEquals(sent(fake, "barge_in"), []);
  await fake.session.close();
});

Deno.test("a pause is silence at once, goes over to the next connection, and loses nothing", async () => {
  const fake = await FakeSession.open();
  const utterance = fake.session.say("One two three four five.");
  await fake.run(100);
  fake.session.pause();
  await fake.run(500);
  assertAlmostEquals(utterance.playedMs, 100);
  assertEquals(sent(fake, "pause").length, 1);
  fake.server.socket.fail();
  await fake.run(500);
  assertEquals(sent(fake, "pause").length, 1);
  fake.session.resume();
  await fake.run(1_000);
  assertEquals(sent(fake, "resume").length, 1);
  assertEquals((await utterance.heard).text, "One two three four five.");
  await fake.session.close();
});

Deno.test("while nothing can be heard the server waits, and so does the next one", async () => {
  const fake = await FakeSession.open();
  const states: string[] = [];
  fake.session.on("audio", (state) => states.push(state));
  fake.turnAudio("blocked");
  assertEquals(fake.session.audioState, "blocked");
  fake.session.say("One.");
  fake.session.pause();
  fake.turnAudio("running");
  assertEquals(sent(fake, "resume"), []);
  fake.session.resume();
  assertEquals([sent(fake, "pause").length, sent(fake, "resume").length], [1, 1]);
  fake.turnAudio("lost");
  fake.server.socket.fail();
  await fake.run(500);
  const [first] = fake.server.socket.received;
  assertEquals(first, { type: "pause" });
  fake.turnAudio("running");
  assertEquals(states, ["blocked", "running", "lost", "running"]);
  assertEquals(sent(fake, "resume").length, 1);
  await fake.session.close();
});

Deno.test("a barge-in ends a pause", async () => {
  const fake = await FakeSession.open();
  fake.session.say("One two three four five.");
  await fake.run(100);
  fake.session.pause();
  void fake.session.bargeIn();
  assertEquals(fake.session.isPaused, false);
  const next = fake.session.say("Six.");
  await fake.run(3_000);
  assertEquals((await next.heard).outcome, "completed");
  await fake.session.close();
});

Deno.test("text that finds no room is sent again when there is some", async () => {
  const fake = await FakeSession.open();
  fake.server.socket.refusals.push("overloaded", "rate_limited");
  const utterance = fake.session.say("One. Two.");
  fake.session.say("Three.");
  await fake.run(1_000);
  assertEquals(sent(fake, "text").map(({ text }) => text), [
    "One. Two.",
    "One. Two.",
    "One. Two.",
    "Three.",
  ]);
  assertEquals((await utterance.heard).text, "One. Two.");
  assertEquals(fake.events.filter((event) => event.startsWith("error")), []);
  await fake.session.close();
});

Deno.test("text that is refused for good fails, and the next is said", async () => {
  const fake = await FakeSession.open();
  fake.server.socket.refusals.push("text_too_long");
  const utterance = fake.session.say("One. Two.");
  const next = fake.session.say("Three.");
  await fake.run(1_000);
  assertEquals(await utterance.heard, {
    text: "",
    unheardText: "One. Two.",
    playedMs: 0,
    outcome: "failed",
  });
  assert(fake.events.includes("error: text_too_long"));
  assertEquals((await next.heard).outcome, "completed");
  await fake.session.close();
});

Deno.test("an utterance has its own voice and speed, on every connection", async () => {
  const fake = await FakeSession.open();
  fake.session.say("One.", { voice: "two", speed: 1.5 });
  fake.session.say("Three.", { voice: "two", speed: 1.5 });
  fake.session.say("Two.");
  await fake.clock.advanceAsync(100);
  const asked = () =>
    fake.server.socket.received.flatMap((message) =>
      message.type === "configure"
        ? [`${message.voice} ${message.speed}`]
        : message.type === "text"
        ? [message.text]
        : []
    );
  assertEquals(asked(), ["two 1.5", "One.", "Three.", "one 1", "Two."]);
  fake.server.socket.fail();
  await fake.run(1_000);
  assertEquals(asked(), ["two 1.5", "One.", "Three.", "one 1", "Two."]);
  await fake.session.close();
});

Deno.test("a server that goes away finishes what it has, the rest is for the next one", async () => {
  const fake = await FakeSession.open();
  const first = fake.session.say("One. Two.");
  await fake.clock.advanceAsync(0);
  const old = fake.server.socket;
  old.tell({ type: "draining", deadline_ms: 1_000 });
  const second = fake.session.say("Three.");
  await fake.run(1_000);
  assertEquals((await first.heard).outcome, "completed");
  assertEquals(fake.server.socket, old);
  assertEquals(sent(fake, "text").map(({ text }) => text), ["One. Two."]);
  old.fail();
  await fake.run(1_000);
  assertEquals(sent(fake, "text").map(({ text }) => text), ["Three."]);
  assertEquals((await second.heard).outcome, "completed");
  assertEquals(fake.events.filter((event) => event.startsWith("state")), [
    "state: open",
    "state: reconnecting",
    "state: open",
  ]);
  await fake.session.close();
});

Deno.test("a session that was let go for being idle is opened again by the next text", async () => {
  const fake = await FakeSession.open();
  const error = { type: "error", code: "idle_timeout", message: "idle", fatal: true } as const;
  fake.server.socket.tell(error);
  await fake.run(10_000);
  assertEquals(fake.session.state, "idle");
  assertEquals(fake.server.sockets.length, 1);
  const utterance = fake.session.say("Still here.");
  await fake.run(1_000);
  assertEquals((await utterance.heard).outcome, "completed");
  assertEquals(fake.events.filter((event) => event.startsWith("error")), []);
  await fake.session.close();
});

Deno.test("a connection that does not answer is given up for another", async () => {
  const fake = await FakeSession.open();
  const utterance = fake.session.say("One.");
  const deaf = fake.server.socket;
  deaf.send = () => {};
  await fake.run(15_000);
  assert(fake.server.socket !== deaf);
  assertEquals((await utterance.heard).outcome, "completed");
  await fake.session.close();
});

Deno.test("after as many attempts as there may be the session is over, and says so", async () => {
  const fake = await FakeSession.open({ reconnect: { attempts: 3 } });
  const utterance = fake.session.say("One two. Three.");
  await fake.clock.advanceAsync(0);
  // The first sentence, and half of the second.
  for (let step = 0; step < 8; step++) fake.server.socket.step();
  await fake.clock.advanceAsync(90);
  fake.server.isUp = false;
  fake.server.socket.fail();
  await fake.clock.advanceAsync(10_000);
  assertEquals(fake.server.sockets.length, 4);
  assertEquals(fake.session.state, "closed");
  assert(fake.events.includes("error: connection_lost"));
  const { text, unheardText, outcome } = await utterance.heard;
  assertEquals([text, unheardText, outcome], ["One two.", " Three.", "failed"]);
  assertThrows(() => fake.session.say("More."), SyrinxError, "closed");
});

Deno.test("closing interrupts what is being said, and leaves nothing behind", async () => {
  const fake = await FakeSession.open();
  const utterance = fake.session.say("One two three.");
  await fake.run(100);
  await fake.session.close();
  assertEquals((await utterance.heard).outcome, "interrupted");
  await fake.session.close();
  await fake.clock.advanceAsync(60_000);
  assertEquals(fake.server.sockets.length, 1);
  assertEquals(fake.clock.pending, 0);
});

Deno.test("a program that plays by itself tells what was heard", async () => {
  const fake = await FakeSession.open({ isTold: true });
  const utterance = fake.session.say("One two.");
  await fake.run(5_000);
  assertEquals(utterance.playedMs, 0);
  fake.chunks[0]!.played();
  fake.chunks[1]!.played(5);
  assertEquals(utterance.playedMs, 25);
  for (const chunk of fake.chunks) chunk.played();
  assertEquals((await utterance.heard).playedMs, 80);
  await fake.session.close();
});

Deno.test("text without anything to say is over at once", async () => {
  const fake = await FakeSession.open();
  for (const text of ["", "  \n"]) {
    assertEquals(await fake.session.say(text).heard, {
      text,
      unheardText: "",
      playedMs: 0,
      outcome: "completed",
    });
  }
  assertThrows(() => {
    fake.session.say("a", { id: "x" });
    fake.session.say("b", { id: "x" });
  }, SyrinxError);
  await fake.session.close();
});
