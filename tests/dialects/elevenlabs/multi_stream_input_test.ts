/** The translator of `multi-stream-input` by itself. */

import { assert, assertEquals } from "@std/assert";
import type { ChannelRequest, Decoded } from "../../../src/dialects/dialect.ts";
import { MultiStreamInput } from "../../../src/dialects/elevenlabs/multi_stream_input.ts";
import fc from "../../helpers/fast_check.ts";
import {
  audio,
  Bench,
  failure,
  flushed,
  sessionStarted,
  utteranceEnded,
  utteranceStarted,
} from "./bench.ts";

const CHANNEL: ChannelRequest = {
  settings: { voice: "one", speed: 1, lead: 5_000, words: true },
  encoding: "pcm_s16le",
  sampleRate: 16_000,
  frameMs: 20,
};

interface Options {
  readonly newContextInterrupts?: boolean;
  readonly isFile?: boolean;
}

function open({ newContextInterrupts = false, isFile = false }: Options = {}): Bench {
  return new Bench(
    new MultiStreamInput({
      channel: CHANNEL,
      newContextInterrupts,
      isFile,
      autoMode: false,
      syncAlignment: false,
    }),
  );
}

/** Opens a context and its session, as a connection would. */
function start(bench: Bench, id: string, channel: string): void {
  assertEquals(bench.commands({ text: " ", context_id: id }), [
    `open ${channel}`,
    `${channel}:ping`,
  ]);
  bench.encode(sessionStarted(), channel);
}

/** The same, and it has an utterance with two sentences of six characters. */
function startSpeaking(bench: Bench, id: string, channel: string): void {
  start(bench, id, channel);
  bench.decode({ text: "Hello. There.", context_id: id });
  bench.encode(utteranceStarted(), channel);
}

Deno.test("a context is opened by its first text, with its speed", () => {
  const items = open().decode({ text: "Hi. ", context_id: "a", voice_settings: { speed: 0.8 } });
  assertEquals(items, [
    { open: { ...CHANNEL, settings: { ...CHANNEL.settings, speed: 0.8 } }, channel: "1 a" },
    { command: { type: "text", text: "Hi. ", final: false }, channel: "1 a" },
  ]);
});

Deno.test("contexts are told apart, and one without a name is told without one", () => {
  const bench = open();
  start(bench, "a", "1 a");
  assertEquals(bench.commands({ text: "Hi." }), ["open 2 ", "2 :text:Hi."]);
  bench.encode(sessionStarted(), "2 ");
  assertEquals(bench.commands({ text: "Ho.", context_id: "a", flush: true }), [
    "1 a:text:Ho.",
    "1 a:flush",
  ]);
  assertEquals(bench.encode(audio(), "1 a")[0]!.contextId, "a");
  assertEquals("contextId" in bench.encode(audio(), "2 ")[0]!, false);
});

Deno.test("an empty text keeps a context alive, and opens none", () => {
  const bench = open();
  assertEquals(bench.commands({ text: "", context_id: "a" }), []);
  start(bench, "a", "1 a");
  assertEquals(bench.commands({ text: "", context_id: "a" }), ["1 a:ping"]);
  assertEquals(bench.commands({ text: "" }), []);
});

Deno.test("speed of a later message holds from the next utterance on", () => {
  const bench = open();
  start(bench, "a", "1 a");
  assertEquals(bench.commands({ text: "", context_id: "a", voice_settings: { speed: 2 } }), [
    "1 a:configure 2",
    "1 a:ping",
  ]);
});

Deno.test("a closed context with text that was not flushed stops at once", () => {
  const bench = open();
  startSpeaking(bench, "a", "1 a");
  assertEquals(bench.commands({ context_id: "a", close_context: true }), [
    "1 a:barge_in",
    "1 a:close",
  ]);
  bench.encode(utteranceEnded("interrupted"), "1 a");
  assertEquals(bench.ended("1 a").map(({ isFinal, contextId }) => [isFinal, contextId]), [
    [true, "a"],
  ]);
});

Deno.test("a closed context that was flushed says it all", () => {
  const bench = open();
  startSpeaking(bench, "a", "1 a");
  bench.decode({ context_id: "a", flush: true });
  bench.encode(flushed(1), "1 a");
  bench.sentence(0, 6, "1 a");
  assertEquals(bench.commands({ context_id: "a", close_context: true }), ["1 a:close"]);
  assertEquals(bench.encode(audio(), "1 a").length, 1);
});

Deno.test("a closed context says what was flushed, and not what came after", () => {
  const bench = open();
  startSpeaking(bench, "a", "1 a");
  bench.decode({ context_id: "a", flush: true });
  bench.encode(flushed(1), "1 a");
  bench.decode({ context_id: "a", text: " More of it." });
  assertEquals(bench.commands({ context_id: "a", close_context: true }), ["1 a:close"]);
  bench.sentence(0, 6, "1 a");
  assertEquals(bench.sentence(1, 13, "1 a").at(-1)!.isFinal, true);
  assertEquals(bench.encode(audio(), "1 a"), []);
  assertEquals(bench.commands({ text: " ", context_id: "b" }), [
    "1 a:barge_in",
    "1 a:close",
    "open 2 b",
    "2 b:ping",
  ]);
  assertEquals(bench.ended("1 a"), []);
});

Deno.test("of files it says those that were flushed", () => {
  const bench = open({ isFile: true });
  startSpeaking(bench, "a", "1 a");
  assertEquals(bench.commands({ context_id: "a", flush: true }), ["1 a:end"]);
  bench.decode({ context_id: "a", text: "More of it." });
  bench.encode(utteranceStarted("u2"), "1 a");
  assertEquals(bench.commands({ context_id: "a", close_context: true }), [
    "1 a:barge_in u2",
    "1 a:close",
  ]);
});

Deno.test("a closed context that has nothing to say is over", () => {
  const bench = open();
  start(bench, "a", "1 a");
  assertEquals(bench.commands({ context_id: "a", close_context: true }), ["1 a:close"]);
  startSpeaking(bench, "b", "2 b");
  bench.sentence(0, 13, "2 b");
  assertEquals(bench.commands({ context_id: "b", close_context: true }), ["2 b:close"]);
});

Deno.test("what is late for a closed context does not open one, and new text does", () => {
  const bench = open();
  startSpeaking(bench, "a", "1 a");
  bench.decode({ context_id: "a", close_context: true });
  assertEquals(bench.commands({ context_id: "a", text: "", flush: true }), []);
  assertEquals(bench.commands({ context_id: "a", flush: true }), []);
  assertEquals(bench.commands({ context_id: "a", close_context: true }), []);
  assertEquals(bench.commands({ context_id: "a", close_context: false, text: "no" }), []);
  assertEquals(bench.commands({ context_id: "a", text: "Hi." }), ["open 2 a", "2 a:text:Hi."]);
  bench.encode(sessionStarted(), "2 a");
  bench.ended("1 a");
  assertEquals(bench.commands({ context_id: "a", text: "" }), ["2 a:ping"]);
});

Deno.test("with close_context false the text is not looked at", () => {
  const bench = open();
  start(bench, "a", "1 a");
  assertEquals(bench.commands({ context_id: "a", close_context: false, text: "no" }), [
    "1 a:ping",
  ]);
});

Deno.test("a sixth context ends the connection", () => {
  const bench = open();
  for (let count = 1; count <= 5; count++) start(bench, `c${count}`, `${count} c${count}`);
  const [reply, hangUp, ...rest] = bench.decode({ text: " ", context_id: "c6" });
  assert(reply !== undefined && "reply" in reply);
  const { error, code, contextId } = JSON.parse(reply.reply[0] as string);
  assertEquals([error, code, contextId], ["max_active_conversations", 1008, "c6"]);
  assertEquals(hangUp, { hangUp: 1008, reason: "max_active_conversations" });
  assertEquals(rest, []);
});

Deno.test("contexts that are closed and not over are no more than five with five open", () => {
  const bench = open();
  for (let count = 1; count <= 10; count++) {
    startSpeaking(bench, `c${count}`, `${count} c${count}`);
    bench.decode({ context_id: `c${count}`, flush: true });
    bench.encode(flushed(1), `${count} c${count}`);
    if (count <= 5) bench.decode({ context_id: `c${count}`, close_context: true });
  }
  assertEquals(bench.commands({ text: " ", context_id: "c11" }), ["reply", "hangUp"]);
});

Deno.test("a new context stops those before it where the server wants it so", () => {
  const bench = open({ newContextInterrupts: true });
  startSpeaking(bench, "a", "1 a");
  assertEquals(bench.commands({ text: "Hi.", context_id: "b" }), [
    "1 a:barge_in",
    "1 a:close",
    "open 2 b",
    "2 b:text:Hi.",
  ]);
});

Deno.test("text for an interrupted context is dropped until it is closed", () => {
  const bench = open({ newContextInterrupts: true });
  startSpeaking(bench, "a", "1 a");
  bench.decode({ text: " ", context_id: "b" });
  bench.encode(sessionStarted(), "2 b");
  bench.ended("1 a");
  assertEquals(bench.commands({ text: "more", context_id: "a", flush: true }), []);
  assertEquals(bench.commands({ context_id: "a", close_context: true }), []);
  assertEquals(bench.commands({ text: "Hi.", context_id: "a" })[1], "open 3 a");
});

Deno.test("names of interrupted contexts are forgotten when there are too many", () => {
  const bench = open({ newContextInterrupts: true });
  for (let count = 0; count <= 101; count++) {
    bench.decode({ text: " ", context_id: `c${count}` });
    bench.encode(sessionStarted(), `${count + 1} c${count}`);
    bench.ended(`${count} c${count - 1}`);
  }
  assertEquals(bench.commands({ text: " ", context_id: "c1" }), []);
  assertEquals(bench.commands({ text: " ", context_id: "c0" })[1], "open 103 c0");
});

Deno.test("close_socket lets every context finish, and nothing more is taken", () => {
  const bench = open();
  start(bench, "a", "1 a");
  assertEquals(bench.commands({ close_socket: true }), ["finish"]);
  assertEquals(bench.commands({ text: "late", context_id: "a" }), []);
});

Deno.test("an error is the last that is told of a context, and frees its name", () => {
  const bench = open();
  startSpeaking(bench, "a", "1 a");
  assertEquals(bench.encode(failure("synthesis_failed"), "1 a"), [{
    message: "it went wrong",
    error: "synthesis_failed",
    code: 1011,
    contextId: "a",
  }]);
  assertEquals([...bench.encode(audio(), "1 a"), ...bench.ended("1 a")], []);
  start(bench, "a", "2 a");
});

Deno.test("a message that was refused before it opened a session leaves nothing behind", () => {
  const bench = open();
  bench.decode({ text: "Hi.", context_id: "a" });
  assertEquals(bench.encode(failure("text_too_long"), "1 a")[0]!.contextId, "a");
  start(bench, "a", "2 a");
});

Deno.test("a bad message says which context it is about, be it open or not", () => {
  const bench = open();
  const bad = { text: 1, context_id: "a" };
  const { channel } = bench.refusal(bad);
  assertEquals(bench.encode(failure("text_too_long"), channel)[0]!.contextId, "a");
  start(bench, "a", "1 a");
  assertEquals(bench.refusal(bad).channel, "1 a");
  assertEquals(bench.refusal("{").channel, undefined);
  assertEquals(bench.refusal({ context_id: "a".repeat(257), text: "" }).problem.limit, 256);
});

/** Messages of a client that does whatever it likes with three contexts. */
const message = fc.record({
  context_id: fc.constantFrom("a", "b", undefined),
  text: fc.constantFrom("Hello. ", "wor", " ", "", undefined),
  flush: fc.constantFrom(true, undefined),
  close_context: fc.constantFrom(true, false, undefined),
});

Deno.test("whatever a client sends, commands are for open sessions, and all of them are ended", () => {
  for (const newContextInterrupts of [false, true]) {
    fc.assert(fc.property(fc.array(message, { maxLength: 60 }), (messages) => {
      const bench = open({ newContextInterrupts });
      const sessions = new Map<string, { hasUtterance: boolean }>();
      const carryOut = (item: Decoded) => {
        if ("open" in item) {
          assert(!sessions.has(item.channel));
          sessions.set(item.channel, { hasUtterance: false });
          bench.encode(sessionStarted(), item.channel);
        }
        if (!("command" in item)) return;
        const { command, channel } = item;
        const session = sessions.get(channel!);
        assert(session !== undefined, `${command.type} for ${channel}, which is not open`);
        if (command.type === "text" && !session.hasUtterance) {
          session.hasUtterance = true;
          bench.encode(utteranceStarted(), channel);
        }
        if (command.type === "flush") {
          assert(session.hasUtterance);
          bench.encode(flushed(0), channel);
        }
        if (command.type === "barge_in" || command.type === "close" || command.type === "end") {
          if (session.hasUtterance) bench.encode(utteranceEnded(), channel);
          session.hasUtterance = false;
        }
        if (command.type === "close") {
          sessions.delete(channel!);
          assertEquals(bench.ended(channel).length, 1);
        }
      };
      for (const one of messages) bench.decode(one).forEach(carryOut);
      assert(sessions.size <= (newContextInterrupts ? 1 : 3));
      for (const context_id of ["a", "b", undefined]) {
        bench.decode({ context_id, close_context: true }).forEach(carryOut);
      }
      assertEquals([...sessions.keys()], []);
    }));
  }
});
