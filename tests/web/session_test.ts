/**
 * The library against a real server, on real sockets, without a browser.
 */

import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { ScriptedStep } from "../../src/backends/scripted.ts";
import type { SynthesisRequest } from "../../src/speech/backend.ts";
import {
  type AudioChunk,
  connect,
  type ConnectOptions,
  type Session,
  SyrinxError,
} from "../../src/web/client/mod.ts";
import { TestServer, type TestServerOptions, until } from "../helpers/server.ts";

/** Audio of one word, in ms. */
const WORD_MS = 100;

/** Each word takes 100 ms, and its timing is told before the audio. */
function* wordScript({ text }: SynthesisRequest): Generator<ScriptedStep> {
  const words = [...text.matchAll(/\S+/g)].map((match, index) => ({
    start: match.index,
    end: match.index + match[0].length,
    startMs: index * WORD_MS,
    endMs: (index + 1) * WORD_MS,
  }));
  yield { words };
  yield { audioMs: words.length * WORD_MS };
}

/** A session with a server of its own; all it was given to hear. */
class Listening implements AsyncDisposable {
  readonly chunks: AudioChunk[];
  readonly events: string[] = [];
  readonly server: TestServer;
  readonly session: Session;

  private constructor(server: TestServer, session: Session, chunks: AudioChunk[]) {
    this.server = server;
    this.session = session;
    this.chunks = chunks;
    session.on("word", ({ text }) => void this.events.push(text));
    session.on("sentence", ({ text }) => void this.events.push(`<${text}>`));
    session.on("error", ({ code }) => void this.events.push(`error ${code}`));
    session.on("state", (state) => void this.events.push(`state ${state}`));
  }

  static async to(options: ConnectOptions = {}, server: TestServerOptions = {}) {
    const chunks: AudioChunk[] = [];
    const testServer = new TestServer({ script: wordScript, ...server });
    const session = await connect(`http://${testServer.host}`, {
      onAudio: (chunk) => chunks.push(chunk),
      ...options,
    });
    return new Listening(testServer, session, chunks);
  }

  /** Audio that came, in ms. */
  get audioMs(): number {
    return this.chunks.reduce((ms, { pcm, sampleRate }) => ms + pcm.length * 1_000 / sampleRate, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session.close();
    await this.server[Symbol.asyncDispose]();
  }
}

Deno.test("a text is heard word for word", async () => {
  await using listening = await Listening.to();
  const { session, events } = listening;
  const text = "Hello there, my **dear** friend. How are you?";
  const utterance = session.say(text);
  const ranges: string[] = [];
  utterance.on("word", ({ start, end }) => void ranges.push(text.slice(start, end)));
  const heard = await utterance.heard;
  assertAlmostEquals(heard.playedMs, 800, 1);
  assertEquals({ ...heard, playedMs: 0 }, {
    text,
    unheardText: "",
    playedMs: 0,
    outcome: "completed",
  });
  assertEquals(events, [
    "<Hello there, my dear friend.>",
    ...["Hello", "there,", "my", "dear", "friend."],
    "<How are you?>",
    ...["How", "are", "you?"],
  ]);
  assertEquals(ranges, ["Hello", "there,", "my", "dear**", "friend.", "How", "are", "you?"]);
  assertAlmostEquals(listening.audioMs, 800, 1);
  assertEquals(session.stats.bufferedMs, 0);
});

Deno.test("text may come as a stream", async () => {
  await using listening = await Listening.to({ leadMs: "unpaced" });
  const text = "One two three. Four five six. Seven eight.";
  const utterance = listening.session.say(async function* () {
    for (const token of text.match(/.{1,3}/g)!) yield await Promise.resolve(token);
  }());
  assertEquals((await utterance.heard).text, text);
  assertEquals(utterance.text, text);
});

Deno.test("a barge-in says what was heard, by the position of this side", async () => {
  await using listening = await Listening.to();
  const { session, server } = listening;
  const utterance = session.say("One two three four five six seven eight nine ten.");
  await until(() => utterance.playedMs >= 350, "350 ms to be heard");
  const report = await session.bargeIn();
  const chunks = listening.chunks.length;
  const { playedMs, text, unheardText, outcome } = await utterance.heard;
  assertEquals(outcome, "interrupted");
  const words = Math.floor(playedMs / WORD_MS);
  assertEquals(text, utterance.text.split(" ").slice(0, words).join(" "));
  assertEquals(text + unheardText, utterance.text);
  assertEquals([report.heardText, report.unheardText], [text, unheardText]);
  assertEquals(report.utterances, [utterance]);
  const told = server.facts.filter(({ type }) => type === "barge_in");
  assertEquals(told.length, 1);
  const next = session.say("And on.");
  assertEquals((await next.heard).outcome, "completed");
  assert(listening.chunks.slice(chunks).every((chunk) => chunk.utterance === next));
});

Deno.test("a pause stops the server, and nothing is lost", async () => {
  await using listening = await Listening.to();
  const { session } = listening;
  const utterance = session.say("One two three four five six seven eight.");
  await until(() => utterance.playedMs > 100, "the first word to be heard");
  session.pause();
  const playedMs = utterance.playedMs;
  await new Promise((resolve) => setTimeout(resolve, 100));
  assertEquals(utterance.playedMs, playedMs);
  assertEquals(session.isPaused, true);
  session.resume();
  assertEquals((await utterance.heard).text, utterance.text);
  assertAlmostEquals(listening.audioMs, 800, 1);
});

Deno.test("every encoding and rate gives the audio's length", async () => {
  for (const encoding of ["pcm_s16le", "mulaw", "alaw"] as const) {
    for (const sampleRate of [8_000, 16_000, 24_000]) {
      await using listening = await Listening.to({ encoding, sampleRate, leadMs: "unpaced" });
      const { session } = listening;
      await session.say("One two.").heard;
      assertAlmostEquals(listening.audioMs, 200, 1);
      assertEquals([session.info.encoding, session.info.sampleRate], [encoding, sampleRate]);
    }
  }
});

Deno.test("a server that is gone and comes back says the rest", async () => {
  await using first = await Listening.to({ reconnect: { initialMs: 50, maxMs: 100 } });
  const { session, server, events } = first;
  const { port } = server.server.address;
  const utterance = session.say("One two. Three four five six seven eight nine ten. Eleven.");
  await until(() => utterance.playedMs >= 300, "the second sentence to begin");
  await server.server.stop(0);
  await using _second = new TestServer({ script: wordScript, config: { port } });
  const heard = await utterance.heard;
  assertEquals([heard.text, heard.outcome], [utterance.text, "completed"]);
  const states = events.filter((event) => event.startsWith("state"));
  assertEquals(states, ["state reconnecting", "state open"]);
  const sentences = events.filter((event) => event.startsWith("<"));
  // Cut, and said again from its beginning; those before it are not.
  assertEquals(sentences, [
    "<One two.>",
    "<Three four five six seven eight nine ten.>",
    "<Three four five six seven eight nine ten.>",
    "<Eleven.>",
  ]);
});

Deno.test("a server that drains finishes, and the rest is for the one after it", async () => {
  await using first = await Listening.to({ reconnect: { initialMs: 50, maxMs: 100 } });
  const { session, server, events } = first;
  const { port } = server.server.address;
  const utterance = session.say("One two three. Four five six.");
  await until(() => utterance.playedMs >= 100, "the first sentence to begin");
  const stopped = server.server.stop(10_000);
  const next = session.say("Seven eight nine.");
  await stopped;
  await using _second = new TestServer({ script: wordScript, config: { port } });
  assertEquals((await utterance.heard).outcome, "completed");
  assertEquals((await next.heard).text, "Seven eight nine.");
  assertEquals(events.filter((event) => event.startsWith("<")), [
    "<One two three.>",
    "<Four five six.>",
    "<Seven eight nine.>",
  ]);
});

Deno.test("a sentence that fails is told, and is not among what was heard", async () => {
  await using listening = await Listening.to({}, {
    script: (request, call) => call === 1 ? [{ fail: "no breath" }] : wordScript(request),
  });
  const utterance = listening.session.say("One two. Three four. Five six.");
  const { text, unheardText, outcome } = await utterance.heard;
  assertEquals([text, unheardText, outcome], ["One two.  Five six.", "Three four.", "completed"]);
  assertEquals(listening.events.filter((event) => event.startsWith("error")), [
    "error synthesis_failed",
  ]);
});

Deno.test("an utterance of which nothing can be spoken has failed", async () => {
  await using listening = await Listening.to({}, { script: () => [{ fail: "no breath" }] });
  const { text, unheardText, outcome } = await listening.session.say("One two.").heard;
  assertEquals([text, unheardText, outcome], ["", "One two.", "failed"]);
});

Deno.test("long text goes through narrow limits, whole", async () => {
  await using listening = await Listening.to({ leadMs: "unpaced", playback: "told" }, {
    config: { maxTextCharacters: 50, maxPendingCharacters: 120, maxMessagesPerSecond: 100 },
  });
  const text = Array.from({ length: 40 }, (_, i) => `This is sentence number ${i}.`).join(" ");
  const utterance = listening.session.say(text);
  const done = new Set<AudioChunk>();
  const timer = setInterval(() => {
    for (const chunk of listening.chunks) if (!done.has(chunk)) done.add(chunk), chunk.played();
  }, 5);
  const heard = await utterance.heard;
  clearInterval(timer);
  assertEquals([heard.text, heard.outcome], [text, "completed"]);
  const spoken = listening.events.filter((event) => event.startsWith("<"));
  assertEquals(spoken.map((event) => event.slice(1, -1)).join(" "), text);
});

Deno.test("a key is shown, and its lack explained", async () => {
  const key = "0123456789abcdef";
  await using server = new TestServer({ config: { apiKeys: [key] } });
  const options = { playback: "clock" } as const;
  const session = await connect(`http://${server.host}`, { ...options, token: key });
  await session.close();
  const refused = await assertRejects(
    () => connect(`http://${server.host}`, options),
    SyrinxError,
    "a valid key is needed",
  );
  assertEquals(refused.code, "unauthorized");
});

Deno.test("where no session is to be had, connect says so", async () => {
  await using server = new TestServer();
  const url = `ws://${server.host}`;
  const options = { playback: "clock" } as const;
  const cases: [() => Promise<Session>, code: string][] = [
    [() => connect(url, { ...options, voice: "nobody" }), "bad_message"],
    [() => connect(url, { ...options, token: "no word" }), "bad_option"],
    [() => connect("ws://127.0.0.1:1", options), "unreachable"],
    [() => connect(url), "no_audio"],
    [() => connect(url, { playback: "speakers" }), "no_audio"],
    [() => connect(url, { ...options, encoding: "opus" }), "bad_option"],
    [() => connect("nowhere", options), "bad_option"],
  ];
  for (const [open, code] of cases) {
    const error = await assertRejects(open, SyrinxError);
    assertEquals(error.code, code);
  }
});

Deno.test("what a model writes may have pieces of nothing, and only text is said", async () => {
  await using server = new TestServer();
  const session = await connect(`ws://${server.host}`, { playback: "clock" });
  const errors: string[] = [];
  session.on("error", ({ code }) => void errors.push(code));
  const utterance = session.say(async function* () {
    yield "Hi. ";
    yield undefined;
    yield null;
    yield "Bye.";
  }());
  assertEquals((await utterance.heard).text, "Hi. Bye.");
  assertThrows(() => session.say(42 as unknown as string), SyrinxError, "a string or");
  const odd = session.say(async function* () {
    yield "Well. ";
    yield {} as string;
  }());
  assertEquals((await odd.heard).text, "Well. ");
  assertEquals(errors, ["source_failed"]);
  await session.close();
});
