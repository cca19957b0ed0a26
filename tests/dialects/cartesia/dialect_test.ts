/** The translator by itself. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { CartesiaDialect } from "../../../src/dialects/cartesia/cartesia.ts";
import type { Decoded, WireEvent } from "../../../src/dialects/dialect.ts";
import { VoiceNames } from "../../../src/dialects/voice_names.ts";
import { generation, input } from "./requests.ts";

interface Options {
  readonly newContextInterrupts?: boolean;
  readonly fallsBack?: boolean;
}

/** A dialect, and what it does with messages and events as JavaScript values. */
class Bench {
  now = 0;
  readonly #dialect: CartesiaDialect;

  constructor({ newContextInterrupts = false, fallsBack = false }: Options = {}) {
    this.#dialect = new CartesiaDialect({
      names: new VoiceNames({
        voices: new Map([["one", 16_000], ["two", 16_000]]),
        defaultVoice: "two",
        aliases: new Map([["katie", "one"]]),
        fallsBack,
      }),
      lead: 5_000,
      newContextInterrupts,
      now: () => this.now,
      createId: () => "made",
    });
  }

  decode(message: object | string | Uint8Array): readonly Decoded[] {
    const isRaw = typeof message === "string" || message instanceof Uint8Array;
    return this.#dialect.decode(isRaw ? message : JSON.stringify(message));
  }

  /** What the message is refused with. */
  refusal(message: object | string | Uint8Array) {
    const [item] = this.decode(message);
    assert(item !== undefined && "problem" in item, `${JSON.stringify(message)} was taken`);
    return item;
  }

  /** The session that the message opens. */
  opened(message: object) {
    const item = this.decode(message).find((item) => "open" in item);
    assert(item !== undefined, `${JSON.stringify(message)} opened no channel`);
    return item.open;
  }

  // deno-lint-ignore no-explicit-any
  encode(event: WireEvent, channel: string): Record<string, any>[] {
    return this.#dialect.encode(event, channel).map((text) => JSON.parse(text));
  }

  // deno-lint-ignore no-explicit-any
  ended(channel: string): Record<string, any>[] {
    return this.#dialect.channelEnded(channel).map((text) => JSON.parse(text));
  }

  closeCode(end: "idle_timeout" | "drained") {
    return this.#dialect.closeCode(end);
  }

  /** Opens a context as a connection would. */
  start(id: string, fields: Record<string, unknown> = {}): void {
    this.opened(input(id, "Hello.", { continue: true, ...fields }));
    this.encode(sessionStarted(`session of ${id}`), id);
  }
}

function sessionStarted(sessionId: string): WireEvent {
  return { type: "session_started", sessionId } as WireEvent;
}

function audio(sentenceIndex: number, bytes = [1, 2]): WireEvent {
  return {
    type: "audio",
    utteranceNumber: 1,
    sentenceIndex,
    offsetMs: 0,
    bytes: Uint8Array.from(bytes),
    samples: bytes.length / 2,
  };
}

function sentenceEnded(index: number): WireEvent {
  return { type: "sentence_ended", utteranceId: "u1", index, durationMs: 1, status: "completed" };
}

function utteranceEnded(outcome: "completed" | "interrupted" | "failed"): WireEvent {
  return {
    type: "utterance_ended",
    utteranceId: "u1",
    outcome,
    durationMs: 1,
    sentences: 1,
    failedSentences: 0,
    characters: 1,
    timeToFirstAudioMs: 1,
  };
}

function failure(code: "synthesis_failed" | "text_too_long" | "idle_timeout"): WireEvent {
  return { type: "error", problem: { code, message: "it went wrong" }, fatal: false };
}

/** The kinds of the items, and the types of the commands. */
function kinds(items: readonly Decoded[]): string[] {
  return items.map((item) => "command" in item ? item.command.type : Object.keys(item)[0]!);
}

Deno.test("the first message of a context opens a channel with all that the message asks for", () => {
  const bench = new Bench();
  const message = input("c1", "Hello there. ", {
    continue: true,
    add_timestamps: true,
    max_buffer_delay_ms: 120,
    language: "en",
    generation_config: { speed: 1.25, volume: 0.5, emotion: "happy" },
    output_format: { container: "raw", encoding: "pcm_mulaw", sample_rate: 8_000 },
  });
  assertEquals(bench.decode(message), [
    {
      open: {
        settings: { voice: "one", speed: 1.25, lead: 5_000, words: true },
        encoding: "mulaw",
        sampleRate: 8_000,
        frameMs: 20,
        volume: 0.5,
        endsOnError: true,
        limits: { stallMs: 120 },
      },
      channel: "c1",
    },
    { command: { type: "text", text: "Hello there. ", final: false }, channel: "c1" },
  ]);
});

Deno.test("later messages add text, flush and end", () => {
  const bench = new Bench();
  bench.start("c1");
  assertEquals(bench.decode(input("c1", "More. ", { continue: true })), [
    { command: { type: "text", text: "More. ", final: false }, channel: "c1" },
  ]);
  assertEquals(bench.decode(input("c1", "", { continue: true, flush: true })), [
    { command: { type: "flush" }, channel: "c1" },
  ]);
  assertEquals(kinds(bench.decode(input("c1", " ", { continue: false }))), ["text", "close"]);
});

Deno.test("a lone message opens, speaks and ends; without continue it is the last", () => {
  assertEquals(kinds(new Bench().decode(input("c1", "Hello."))), ["open", "text", "close"]);
  assertEquals(kinds(new Bench().decode(input("c1", ""))), ["open", "close"]);
});

Deno.test("a request without a context's id is a context of its own", () => {
  const bench = new Bench();
  assertEquals(kinds(bench.decode(generation())), ["open", "text", "close"]);
  assertEquals(bench.encode(audio(0), "made")[0]!.context_id, "made");
  const refused = bench.refusal(generation({ continue: true }));
  assertEquals([refused.problem.field, refused.channel], ["context_id", ""]);
});

Deno.test("every form of a voice is read", () => {
  const voiceOf = (voice: unknown, options?: Options) =>
    new Bench(options).opened(input("c", "Hi.", { voice })).settings.voice;
  assertEquals(voiceOf("one"), "one");
  assertEquals(voiceOf({ id: "two" }), "two");
  assertEquals(voiceOf({ mode: "id", id: "katie" }), "one");
  assertEquals(voiceOf("nobody", { fallsBack: true }), "two");
});

Deno.test("every name that speed has had is read", () => {
  const speedOf = (fields: Record<string, unknown>) =>
    new Bench().opened(input("c", "Hi.", fields)).settings.speed;
  const controls = (speed: unknown) => ({
    voice: { mode: "id", id: "one", __experimental_controls: { speed, emotion: ["anger"] } },
  });
  assertEquals(speedOf({}), 1);
  assertEquals(speedOf({ generation_config: { speed: 2 } }), 2);
  assertEquals(speedOf({ generation_config: { speed: 0.5 }, speed: "fast" }), 0.5);
  assertEquals(["slow", "normal", "fast"].map((speed) => speedOf({ speed })), [0.8, 1, 1.25]);
  assertEquals(speedOf(controls("slowest")), 0.6);
  assertEquals(speedOf(controls("fastest")), 1.5);
  assertEquals(speedOf(controls(-0.25)), 0.9);
});

Deno.test("what cannot be used is refused, and named with what it may be", () => {
  const cases: [Record<string, unknown>, string, string][] = [
    [{ transcript: undefined }, "transcript", "is missing"],
    [{ transcript: 7 }, "transcript", "must be a string"],
    [{ continue: "yes" }, "continue", "true or false"],
    [{ flush: 1 }, "flush", "true or false"],
    [{ voice: undefined }, "voice", "is missing"],
    [{ voice: "nobody" }, "voice", "it may be one, two, katie"],
    [{ voice: { mode: "embedding", embedding: [1] } }, "voice", "embeddings are not taken"],
    [{ output_format: undefined }, "output_format", "is missing"],
    [{ output_format: { container: "wav" } }, "output_format.container", "it may be raw"],
    [
      { output_format: { container: "raw", encoding: "pcm_s16le", sample_rate: 12_345 } },
      "output_format.sample_rate",
      "it may be 8000, 11025",
    ],
    [
      { output_format: { container: "raw", encoding: "opus", sample_rate: 8_000 } },
      "output_format.encoding",
      "it may be pcm_s16le, pcm_f32le, pcm_mulaw, pcm_alaw",
    ],
    [{ generation_config: { speed: 0.4 } }, "generation_config.speed", "from 0.5 to 2"],
    [{ generation_config: { volume: 3 } }, "generation_config.volume", "from 0.5 to 2"],
    [{ speed: "brisk" }, "speed", "it may be slowest, slow, normal, fast, fastest"],
    [{ speed: 1.5 }, "speed", "generation_config.speed"],
    [
      { voice: { id: "one", __experimental_controls: { speed: -2 } } },
      "voice.__experimental_controls.speed",
      "from -1 to 1",
    ],
    [{ add_phoneme_timestamps: true }, "add_phoneme_timestamps", "no phoneme timings"],
    [{ max_buffer_delay_ms: 5_001 }, "max_buffer_delay_ms", "from 0 to 5000"],
  ];
  for (const [fields, field, words] of cases) {
    const { problem, channel } = new Bench().refusal(input("c1", "Hi.", fields));
    assertEquals([problem.code, problem.field, channel], ["bad_message", field, "c1"]);
    assertStringIncludes(problem.message, words);
    assert(problem.message.startsWith(field), problem.message);
  }
});

Deno.test("messages that belong to no context are refused as the connection's", () => {
  const bench = new Bench();
  assertEquals(bench.refusal("{").problem.code, "bad_json");
  assertEquals(bench.refusal("[]").problem.code, "bad_json");
  assertEquals(bench.refusal(Uint8Array.of(1)).problem.code, "unsupported");
  assertEquals(bench.refusal({ type: "ping" }).problem.field, "transcript");
  assertEquals(bench.refusal({ cancel: true }).problem.field, "context_id");
  for (const context_id of [7, "", "x".repeat(257)]) {
    const { problem, channel } = bench.refusal(generation({ context_id }));
    assertEquals([problem.field, channel ?? ""], ["context_id", ""]);
  }
});

Deno.test("a context keeps its voice and format, and messages need not repeat them", () => {
  const bench = new Bench();
  bench.start("c1");
  const short = { context_id: "c1", transcript: "More.", continue: true };
  assertEquals(kinds(bench.decode(short)), ["text"]);
  assertEquals(bench.refusal({ ...short, voice: "two" }).problem.field, "voice");
  const output_format = { container: "raw", encoding: "pcm_s16le", sample_rate: 8_000 };
  assertEquals(bench.refusal({ ...short, output_format }).problem.field, "output_format");
});

Deno.test("chunks tell their context, their flush, and the time since the chunk before", () => {
  const bench = new Bench();
  bench.start("c1");
  bench.now = 30;
  assertEquals(bench.encode(audio(0, [0, 1, 255, 127]), "c1"), [{
    type: "chunk",
    data: "AAH/fw==",
    done: false,
    status_code: 206,
    step_time: 30,
    context_id: "c1",
    flush_id: 1,
  }]);
  bench.now = 50.4;
  assertEquals(bench.encode(audio(0), "c1")[0]!.step_time, 20);
});

Deno.test("words are told in seconds", () => {
  const bench = new Bench();
  bench.start("c1");
  const words = [
    { text: "Hello", startMs: 0, endMs: 310 },
    { text: "there", startMs: 310.5, endMs: 1_000 },
  ];
  assertEquals(bench.encode({ type: "words", utteranceId: "u1", index: 0, words }, "c1"), [{
    type: "timestamps",
    done: false,
    status_code: 206,
    word_timestamps: { words: ["Hello", "there"], start: [0, 0.3105], end: [0.31, 1] },
    context_id: "c1",
    flush_id: 1,
  }]);
});

Deno.test("a flush is done when the last sentence of its text is, and counts up", () => {
  const bench = new Bench();
  const flushed = (lastIndex: number): WireEvent => ({
    type: "flushed",
    utteranceId: "u1",
    lastIndex,
  });
  bench.start("c1");
  assertEquals(bench.encode(flushed(1), "c1"), []);
  assertEquals(bench.encode(sentenceEnded(0), "c1"), []);
  assertEquals(bench.encode(audio(1), "c1")[0]!.flush_id, 1);
  assertEquals(bench.encode(flushed(1), "c1"), []);
  const done = { type: "flush_done", done: false, flush_done: true, status_code: 206 };
  assertEquals(bench.encode(sentenceEnded(1), "c1"), [
    { ...done, flush_id: 1, context_id: "c1" },
    { ...done, flush_id: 2, context_id: "c1" },
  ]);
  assertEquals(bench.encode(audio(2), "c1")[0]!.flush_id, 3);
  // All that there was to flush was sent before.
  assertEquals(bench.encode(flushed(1), "c1")[0]!.flush_id, 3);
});

Deno.test("a flush without any text is done at once", () => {
  const bench = new Bench();
  const items = bench.decode(input("c1", "", { continue: true, flush: true }));
  assertEquals(kinds(items), ["open", "reply"]);
  const [, reply] = items;
  assert(reply !== undefined && "reply" in reply);
  assertEquals(JSON.parse(reply.reply[0] as string).flush_id, 1);
});

Deno.test("flushes that wait are bounded", () => {
  const bench = new Bench();
  bench.start("c1");
  const flush = input("c1", "", { continue: true, flush: true });
  for (let count = 0; count < 1_000; count++) {
    bench.decode(flush);
    bench.encode({ type: "flushed", utteranceId: "u1", lastIndex: 0 }, "c1");
  }
  assertStringIncludes(bench.refusal(flush).problem.message, "1000 flushes");
});

Deno.test("done is told when a context's session is over, and frees its id", () => {
  const bench = new Bench();
  bench.start("c1", { continue: false });
  assertEquals(bench.encode(utteranceEnded("completed"), "c1"), []);
  const done = [{ type: "done", done: true, status_code: 200, context_id: "c1" }];
  assertEquals(bench.ended("c1"), done);
  assertEquals(bench.ended("c1"), []);
  bench.start("c1", { continue: false });
  bench.encode(utteranceEnded("completed"), "c1");
  assertEquals(bench.ended("c1"), done);
});

Deno.test("a context without text is done as well", () => {
  const bench = new Bench();
  bench.decode(input("c1", ""));
  assertEquals(bench.ended("c1")[0]!.type, "done");
});

Deno.test("cancel interrupts and ends; a cancel of what is over is ignored", () => {
  const bench = new Bench();
  bench.start("c1");
  const cancel = { context_id: "c1", cancel: true };
  assertEquals(bench.decode(cancel), [
    { command: { type: "barge_in" }, channel: "c1" },
    { command: { type: "close" }, channel: "c1" },
  ]);
  assertEquals(bench.encode(utteranceEnded("interrupted"), "c1"), []);
  assertEquals(bench.ended("c1").map(({ type }) => type), ["done"]);
  assertEquals(bench.decode(cancel), []);
  assertEquals(kinds(bench.decode(input("c1", "Again.", { continue: true }))), ["open", "text"]);
});

Deno.test("text after the last message is refused, and the context goes on", () => {
  const bench = new Bench();
  bench.start("c1", { continue: false });
  const [item] = bench.decode(input("c1", "Too late.", { continue: true }));
  assert(item !== undefined && "reply" in item);
  const error = JSON.parse(item.reply[0] as string);
  assertEquals([error.type, error.done, error.status_code], ["error", false, 400]);
  assertEquals([error.context_id, error.title], ["c1", "Context has closed"]);
  assertEquals(bench.decode(input("c1", " ", { continue: false })), []);
  assertEquals(bench.encode(audio(0), "c1").length, 1);
});

Deno.test("an error is the last that is told of a context", () => {
  const bench = new Bench();
  bench.start("c1");
  assertEquals(bench.encode(failure("synthesis_failed"), "c1"), [{
    type: "error",
    done: true,
    status_code: 500,
    error_code: "synthesis_failed",
    title: "Speech synthesis failed",
    message: "it went wrong",
    error: "Speech synthesis failed: it went wrong",
    request_id: "session of c1",
    context_id: "c1",
  }]);
  assertEquals(bench.encode(failure("text_too_long"), "c1"), []);
  assertEquals(bench.encode(audio(0), "c1"), []);
  assertEquals(bench.ended("c1"), []);
  assertEquals(kinds(bench.decode(input("c1", "Again.", { continue: true }))), ["open", "text"]);
});

Deno.test("a message that was refused before it could open a session leaves nothing behind", () => {
  const bench = new Bench();
  bench.decode(input("c1", "Hello.", { continue: true }));
  const problem = { code: "rate_limited", message: "too many", limit: 1 } as const;
  const [error] = bench.encode({ type: "error", problem, fatal: false }, "c1");
  assertEquals([error!.status_code, error!.context_id], [429, "c1"]);
  assertEquals(kinds(bench.decode(input("c1", "Hello.", { continue: true }))), ["open", "text"]);
});

Deno.test("a context that a stopping server cuts off is an error, not done", () => {
  const bench = new Bench();
  bench.start("c1");
  bench.encode(utteranceEnded("interrupted"), "c1");
  const [error, ...rest] = bench.ended("c1");
  assertEquals([error!.type, error!.status_code, error!.done], ["error", 503, true]);
  assertEquals(rest, []);
});

Deno.test("errors of the connection have no context; being unused is none", () => {
  const bench = new Bench();
  const problem = { code: "bad_json", message: "no JSON" } as const;
  const [error] = bench.encode({ type: "error", problem, fatal: false }, "");
  assertEquals([error!.type, error!.status_code, "context_id" in error!], ["error", 400, false]);
  assertEquals(bench.encode(failure("idle_timeout"), ""), []);
  assertEquals([bench.closeCode("idle_timeout"), bench.closeCode("drained")], [1000, undefined]);
});

Deno.test("a connection may have 32 contexts, and one more when one is over", () => {
  const bench = new Bench();
  for (let number = 1; number <= 32; number++) bench.start(`c${number}`);
  const { problem, channel } = bench.refusal(input("c33", "Hello."));
  assertEquals([problem.code, problem.limit, channel], ["session_limit", 32, "c33"]);
  const [error] = bench.encode({ type: "error", problem, fatal: false }, "c33");
  assertEquals([error!.status_code, error!.error_code], [429, "concurrency_limited"]);
  bench.decode({ context_id: "c7", cancel: true });
  bench.ended("c7");
  assertEquals(kinds(bench.decode(input("c33", "Hello."))), ["open", "text", "close"]);
});

Deno.test("with newContextInterrupts a new context stops the others, and what they still get is skipped", () => {
  const bench = new Bench({ newContextInterrupts: true });
  bench.start("c1");
  const items = bench.decode(input("c2", "New.", { continue: true }));
  assertEquals(kinds(items), ["barge_in", "close", "open", "text"]);
  assertEquals(items.map((item) => "channel" in item && item.channel), ["c1", "c1", "c2", "c2"]);
  bench.encode(utteranceEnded("interrupted"), "c1");
  assertEquals(bench.ended("c1")[0]!.type, "done");
  assertEquals(bench.decode(input("c1", "Old.", { continue: true })), []);
  const [last] = bench.decode(input("c1", " ", { continue: false }));
  assert(last !== undefined && "reply" in last);
  assertEquals(JSON.parse(last.reply[0] as string).type, "done");
  // The id is free.
  assertEquals(kinds(bench.decode(input("c1", "Newer."))).slice(-3), ["open", "text", "close"]);
});

Deno.test("with newContextInterrupts the id of a context that had got all its text is free at once", () => {
  const bench = new Bench({ newContextInterrupts: true });
  bench.start("c1", { continue: false });
  bench.decode(input("c2", "New."));
  bench.ended("c1");
  assertEquals(kinds(bench.decode(input("c1", "Again."))).slice(-3), ["open", "text", "close"]);
});

Deno.test("whatever a client sends is taken, refused or ignored, and never thrown over", () => {
  const field = fc.oneof(fc.jsonValue(), fc.boolean(), fc.constantFrom("one", "c1", "", 0, 1.5));
  const messages = fc.record({
    context_id: fc.oneof(fc.constantFrom("c1", "c2"), field),
    transcript: fc.oneof(fc.string(), field),
    voice: fc.oneof(fc.constant("one"), field, fc.record({ id: field, mode: field })),
    output_format: fc.oneof(
      fc.constant(generation().output_format),
      fc.record({ container: field, encoding: field, sample_rate: field }),
      field,
    ),
    continue: field,
    flush: field,
    cancel: field,
    generation_config: field,
    speed: field,
    max_buffer_delay_ms: field,
    add_timestamps: field,
  }, { requiredKeys: [] });
  fc.assert(fc.property(fc.array(messages, { maxLength: 20 }), (sent) => {
    const bench = new Bench({ newContextInterrupts: sent.length % 2 === 0 });
    for (const message of sent) {
      for (const item of bench.decode(message)) {
        if ("problem" in item) assert(item.problem.message !== "");
        else assert("command" in item || "open" in item || "reply" in item);
      }
    }
  }));
});
