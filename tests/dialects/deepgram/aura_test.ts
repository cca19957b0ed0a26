/** Deepgram's `/v1/speak`, without a socket. */

import { assertEquals, assertMatch } from "@std/assert";
import { AuraDialect } from "../../../src/dialects/deepgram/aura.ts";
import { streamChannel } from "../../../src/dialects/deepgram/channel.ts";
import { Stage, type StageOptions } from "./stage.ts";

const MODEL = { name: "one", version: "1", uuid: "u" };
const FLUSH = { type: "Flush" };
const CLEAR = { type: "Clear" };
const CLOSE = { type: "Close" };

function speak(text: string) {
  return { type: "Speak", text };
}

function flushed(id: number) {
  return { type: "Flushed", sequence_id: id };
}

function audio(ms: number) {
  return { type: "audio", ms };
}

function warned(code: string, description: string) {
  return { type: "Warning", code, description, warn_code: code, warn_msg: description };
}

/** A client at 16 kHz that has been greeted; its audio comes at once. */
function open(options: Partial<StageOptions> = {}): Stage {
  const wanted = {
    voice: "one",
    speed: undefined,
    encoding: "linear16",
    sampleRate: 16_000,
  } as const;
  const stage = new Stage({
    dialect: new AuraDialect(MODEL),
    channel: streamChannel(wanted, "unpaced"),
    ...options,
  });
  assertEquals(stage.news(), [{
    type: "Metadata",
    request_id: "session-1",
    model_name: "one",
    model_version: "1",
    model_uuid: "u",
  }]);
  return stage;
}

Deno.test("Aura speaks sentences as they come, and tells a flush when all of it was sent", async () => {
  const stage = open();
  stage.send(speak("One two. "), speak("Three "));
  assertEquals(await stage.after(0), [audio(1_000)]);
  stage.send(speak("four"), FLUSH);
  assertEquals(await stage.after(0), [audio(1_000), flushed(0)]);
  stage.send(speak("Five."), FLUSH, CLOSE);
  assertEquals(await stage.after(0), [audio(500), flushed(1)]);
  assertEquals(stage.closed, 1000);
  await stage.stop();
});

Deno.test("several flushes of Aura are told in their order, empty ones too", async () => {
  const stage = open();
  stage.send(FLUSH);
  assertEquals(stage.news(), [flushed(0)]);
  stage.send(speak("One."), FLUSH, FLUSH, speak("Two three."), FLUSH, speak(""), FLUSH, FLUSH);
  assertEquals(stage.news(), []);
  assertEquals(await stage.after(0), [
    audio(500),
    flushed(1),
    flushed(2),
    audio(1_000),
    flushed(3),
    flushed(4),
    flushed(5),
  ]);
  await stage.stop();
});

Deno.test("Aura's Clear drops text and audio, and only what comes after is said", async () => {
  const stage = open({ script: () => [{ waitMs: 100 }, { audioMs: 500 }] });
  stage.send(speak("One."), FLUSH, FLUSH, speak("Two."), FLUSH, speak("Three"), CLEAR);
  assertEquals(stage.news(), [{ type: "Cleared", sequence_id: 0 }]);
  stage.send(FLUSH, speak("Four."), FLUSH);
  assertEquals(await stage.after(1_000), [flushed(1), audio(500), flushed(2)]);
  stage.send(CLEAR, CLEAR);
  assertEquals(stage.news().map(({ sequence_id }) => sequence_id), [3, 4]);
  await stage.stop();
});

Deno.test("Aura's Close says what was not flushed too, and takes no more text", async () => {
  const stage = open({ script: () => [{ waitMs: 100 }, { audioMs: 500 }] });
  stage.send(speak("One"), CLOSE, speak("Two"));
  assertEquals(await stage.after(1_000), [
    warned("DATA-0000", "the session is closing and takes no more text"),
    audio(500),
  ]);
  assertEquals(stage.closed, 1000);
  await stage.stop();
});

Deno.test("Aura's client that drains may connect again, to another server", async () => {
  const stage = open();
  stage.drain();
  assertEquals(stage.closed, 1001);
  await stage.stop();
});

const WRONG: readonly [name: string, message: object | string | Uint8Array, RegExp, string?][] = [
  ["no JSON", "Flush", /not a JSON object/],
  ["a list", "[]", /not a JSON object/],
  ["bytes", new Uint8Array(2), /only text messages/, "MESSAGE-0000"],
  ["an unknown type", { type: "KeepAlive" }, /no message "KeepAlive"; there are Speak, Flush/],
  ["no type", {}, /no message without a type/],
  ["no text", { type: "Speak" }, /text is missing/],
  ["a text that is none", { type: "Speak", text: 1 }, /text must be a string/],
  ["a long text", speak("a".repeat(2_001)), /may have 2000 characters; it has 2001/, "BIG-0001"],
];

for (const [name, message, description, code = "DATA-0000"] of WRONG) {
  Deno.test(`Aura warns of ${name}, and goes on`, async () => {
    const stage = open();
    stage.send(speak("One"), message, FLUSH);
    const [warning, ...rest] = await stage.after(0);
    assertEquals(warning, warned(code, warning!.description));
    assertMatch(warning!.description, description);
    assertEquals(rest, [audio(500), flushed(0)]);
    await stage.stop();
  });
}

Deno.test("Aura warns of a text for which there is no room, and its flush is an empty one", async () => {
  const stage = open({
    script: () => [{ waitMs: 100 }, { audioMs: 500 }],
    limits: { maxOpenUtterances: 2 },
  });
  stage.send(speak("One."), FLUSH, speak("Two."), FLUSH, speak("Three."), FLUSH);
  const [warning] = stage.news();
  assertEquals([warning!.type, warning!.warn_code], ["Warning", "EXCESSIVE_FLUSH"]);
  assertEquals(await stage.after(1_000), [
    audio(500),
    flushed(0),
    audio(500),
    flushed(1),
    flushed(2),
  ]);
  await stage.stop();
});

Deno.test("Aura warns of a sentence that cannot be said, and tells an error where none can", async () => {
  const stage = open();
  stage.send(speak("One. Fail. Two."), FLUSH);
  const [one, warning, two, end] = await stage.after(0);
  assertEquals([one, two, end], [audio(500), audio(500), flushed(0)]);
  assertEquals([warning!.type, warning!.code], ["Warning", "NET-0000"]);
  stage.send(speak("Fail."), FLUSH);
  const told = await stage.after(0);
  assertEquals(told.map(({ type }) => type), ["Warning", "Error", "Flushed"]);
  assertEquals([told[1]!.code, told[1]!.err_code], ["NET-0000", "NET-0000"]);
  await stage.stop();
});

Deno.test("Aura tells the error that ends a session, and closes with 1000", async () => {
  const stage = open({ limits: { idleTimeoutMs: 10_000 } });
  const [error] = await stage.after(10_000);
  assertEquals([error!.type, error!.code, stage.closed], ["Error", "NET-0001", 1000]);
  await stage.stop();
});
