/** Deepgram's `/v2/speak`, without a socket. */

import { assertEquals, assertMatch } from "@std/assert";
import { streamChannel } from "../../../src/dialects/deepgram/channel.ts";
import { FluxDialect } from "../../../src/dialects/deepgram/flux.ts";
import { Stage, type StageOptions } from "./stage.ts";

const MODEL = { name: "one", version: "1", uuid: "u" };
const FLUSH = { type: "Flush" };
const CLOSE = { type: "Close" };

function speak(text: string) {
  return { type: "Speak", text };
}

function interrupt(value?: number) {
  const offset = value === undefined ? {} : { playback_offset: { type: "time_ms", value } };
  return { type: "Interrupt", ...offset };
}

function audio(ms: number) {
  return { type: "audio", ms };
}

function started(turn: number) {
  return { type: "SpeechStarted", speech_id: `turn-${turn}` };
}

function flushed(turn: number) {
  return { type: "Flushed", speech_id: `turn-${turn}` };
}

function totals(turn: number, ms: number, characters: number) {
  return {
    speech_id: `turn-${turn}`,
    audio_duration_ms: ms,
    input_character_count: characters,
    billable_character_count: characters,
    controls_applied: { pronunciations_applied: 0, breaks_applied: 0, pronunciation_warnings: 0 },
  };
}

function ended(turn: number, ms: number, characters: number) {
  return { type: "SpeechMetadata", ...totals(turn, ms, characters) };
}

function sum(ms: number, characters: number) {
  return {
    type: "SessionMetadata",
    total_audio_duration_ms: ms,
    total_input_character_count: characters,
    total_billable_character_count: characters,
  };
}

/** A client at 16 kHz that has been greeted. */
function open({ lead = 5_000, speed, ...options }: Partial<StageOptions> & {
  readonly lead?: number;
  readonly speed?: number;
} = {}): Stage {
  let turns = 0;
  const wanted = { voice: "one", speed, encoding: "linear16", sampleRate: 16_000 } as const;
  const stage = new Stage({
    dialect: new FluxDialect({ model: MODEL, speed, createId: () => `turn-${turns++}` }),
    channel: streamChannel(wanted, lead),
    ...options,
  });
  assertEquals(stage.news(), [{
    type: "Connected",
    request_id: "session-1",
    model_name: "one",
    model_version: "1",
    model_uuids: ["u"],
  }]);
  return stage;
}

Deno.test("all audio of a turn of Flux lies between its start and its metadata", async () => {
  const stage = open();
  stage.send(speak("One two. "), speak("Three "));
  assertEquals(await stage.after(0), [started(0), audio(1_000)]);
  stage.send(speak("four."), FLUSH);
  assertEquals(await stage.after(0), [flushed(0), audio(1_000), ended(0, 2_000, 20)]);
  await stage.stop();
});

Deno.test("turns of Flux wait for those before them, and so do their flushes", async () => {
  const stage = open();
  stage.send(speak("One."), FLUSH, speak("Two three."), FLUSH, speak("Four."));
  assertEquals(await stage.after(0), [
    started(0),
    flushed(0),
    audio(500),
    ended(0, 500, 4),
    started(1),
    flushed(1),
    audio(1_000),
    ended(1, 1_000, 10),
    started(2),
  ]);
  stage.send(CLOSE);
  assertEquals(await stage.after(0), [audio(500), ended(2, 500, 5), sum(2_000, 19)]);
  assertEquals(stage.closed, 1000);
  await stage.stop();
});

Deno.test("a flush of Flux without a turn that takes text is warned of", async () => {
  const stage = open({ lead: 300 });
  const codes = () => stage.news().filter(({ type }) => type === "Warning").map(({ code }) => code);
  stage.send(FLUSH);
  assertEquals(codes(), ["NO_ACTIVE_SPEECH"]);
  stage.send(speak("One two three."), FLUSH, FLUSH, speak(""), FLUSH);
  assertEquals(codes(), ["NO_ACTIVE_SPEECH", "NO_ACTIVE_SPEECH"]);
  await stage.stop();
});

Deno.test("a turn of Flux without anything to speak is warned of, and ends without audio", async () => {
  const stage = open();
  stage.send(speak(" ... "), FLUSH);
  const [first, second, warning, end] = await stage.after(0);
  assertEquals([first, second, end], [started(0), flushed(0), ended(0, 0, 5)]);
  assertEquals([warning!.type, warning!.code], ["Warning", "NO_SYNTHESIZABLE_TEXT"]);
  await stage.stop();
});

Deno.test("an interrupted turn of Flux tells what was heard, up to the client's position", async () => {
  const stage = open();
  stage.send(speak("One two three four. Five six."), FLUSH);
  assertEquals((await stage.after(0)).slice(0, 2), [started(0), flushed(0)]);
  stage.send(interrupt(1_700));
  assertEquals(stage.news(), [{
    type: "SpeechInterrupted",
    audio_played_ms: 1_700,
    text_spoken: "One two three",
    text_remaining: " four. Five six.",
    metadata: totals(0, 3_000, 29),
  }]);
  assertEquals(await stage.after(10_000), []);
  await stage.stop();
});

Deno.test("positions of Flux count from the start of the session, without what was cut off", async () => {
  const stage = open();
  const heard = () => {
    const { audio_played_ms, text_spoken, text_remaining, metadata } = stage.news().at(-1)!;
    return [audio_played_ms, text_spoken, text_remaining, metadata.speech_id];
  };
  stage.send(speak("One two."), FLUSH);
  assertEquals((await stage.after(1_000)).at(-1), ended(0, 1_000, 8));
  stage.send(speak("Three four five six."), FLUSH);
  await stage.after(700);
  stage.send(interrupt(1_600));
  assertEquals(heard(), [1_600, "Three", " four five six.", "turn-1"]);
  stage.send(speak("Seven eight nine."), FLUSH);
  await stage.after(600);
  stage.send(interrupt(2_100.4));
  assertEquals(heard(), [2_100, "Seven", " eight nine.", "turn-2"]);
  stage.send(CLOSE);
  assertEquals(stage.news(), [sum(2_100, 8 + 20 + 17)]);
  await stage.stop();
});

Deno.test("an interruption of Flux stops the turns that wait too, and tells all their text", async () => {
  const stage = open();
  stage.send(speak("One two. "), FLUSH, speak("Three four. "), FLUSH, speak("Five"));
  await stage.after(0);
  stage.send(interrupt(600));
  const [told] = stage.news().slice(-1);
  assertEquals([told!.text_spoken, told!.text_remaining], ["One", " two. Three four. Five"]);
  assertEquals(told!.metadata, totals(0, 1_000, 9));
  stage.send(FLUSH);
  assertEquals((await stage.after(0)).map(({ code }) => code), ["NO_ACTIVE_SPEECH"]);
  stage.send(speak("Six."), FLUSH);
  assertEquals(await stage.after(0), [started(3), flushed(3), audio(500), ended(3, 500, 4)]);
  await stage.stop();
});

Deno.test("what Flux has sent and the listener has not heard yet can be interrupted too", async () => {
  const stage = open();
  stage.send(speak("One two three four."), FLUSH);
  assertEquals((await stage.after(600)).at(-1), ended(0, 2_000, 19));
  stage.send(interrupt(500));
  assertEquals(stage.news(), [{
    type: "SpeechInterrupted",
    audio_played_ms: 500,
    text_spoken: "One",
    text_remaining: " two three four.",
    metadata: totals(0, 2_000, 19),
  }]);
  await stage.stop();
});

Deno.test("a listener of Flux who is late has heard nothing of the turn that it does not hear yet", async () => {
  const stage = open({ lead: 300 });
  stage.send(speak("One."), FLUSH, speak("Two three four."), FLUSH);
  // By the clock the first word of the second turn was heard.
  await stage.after(1_100);
  stage.send(interrupt(400));
  const { text_spoken, text_remaining } = stage.news().at(-1)!;
  assertEquals([text_spoken, text_remaining], ["", "One.Two three four."]);
  await stage.stop();
});

Deno.test("an interruption of Flux without a position tells none of the text", async () => {
  const stage = open({ lead: 300 });
  stage.send(speak("One two three four."), FLUSH);
  const sent = (await stage.after(1_000)).find(({ type }) => type === "audio")!.ms;
  stage.send(interrupt());
  assertEquals(stage.news(), [{
    type: "SpeechInterrupted",
    audio_played_ms: sent,
    metadata: totals(0, sent, 19),
  }]);
  stage.send(speak("Five six."), FLUSH);
  await stage.after(200);
  stage.send(interrupt(sent));
  assertEquals(stage.news().map(({ code }) => code).at(-1), "INVALID_INTERRUPT_OFFSET");
  stage.send(interrupt(sent + 1));
  assertEquals(stage.news().at(-1)!.text_remaining, "Five six.");
  await stage.stop();
});

Deno.test("an interruption of Flux that cannot be one is warned of, and stops nothing", async () => {
  const stage = open({ script: () => [{ waitMs: 100 }, { audioMs: 500 }] });
  const code = () => stage.news().at(-1)!.code;
  stage.send(speak("One."), FLUSH, interrupt());
  assertEquals(code(), "NO_AUDIO_GENERATED");
  stage.send(interrupt(0));
  assertEquals(code(), "NO_AUDIO_GENERATED");
  assertEquals((await stage.after(5_000)).at(-1), ended(0, 500, 4));
  stage.send(interrupt(500));
  assertEquals(code(), "NO_ACTIVE_SPEECH");
  stage.send(interrupt());
  assertEquals(code(), "NO_ACTIVE_SPEECH");
  stage.send(speak("Two."), FLUSH);
  await stage.after(300);
  stage.send(interrupt(600));
  assertEquals(stage.news().at(-1)!.audio_played_ms, 600);
  stage.send(speak("Three."), FLUSH, interrupt(600));
  assertEquals(code(), "INVALID_INTERRUPT_OFFSET");
  await stage.stop();
});

Deno.test("a position of Flux behind all audio is that of its end", async () => {
  const stage = open();
  stage.send(speak("One two. Three"));
  await stage.after(0);
  stage.send(interrupt(60_000));
  const { audio_played_ms, text_spoken, text_remaining } = stage.news().at(-1)!;
  assertEquals([audio_played_ms, text_spoken, text_remaining], [1_000, "One two.", " Three"]);
  await stage.stop();
});

Deno.test("Flux' speed holds from the next turn on, and is told once it was ever set", async () => {
  const stage = open();
  const configure = (speed?: unknown) => {
    stage.send({ type: "Configure", speed });
    return stage.news().at(-1);
  };
  assertEquals(configure(), { type: "ConfigureSuccess", applied: {} });
  stage.send(speak("One."));
  assertEquals(configure(1.15), { type: "ConfigureSuccess", applied: { speed: 1.15 } });
  stage.send(speak(" Two."), FLUSH, speak("Three."), FLUSH);
  await stage.after(0);
  assertEquals(stage.core.backend.requests.map(({ speed }) => speed), [1, 1, 1.15]);
  assertEquals(configure(), { type: "ConfigureSuccess", applied: { speed: 1.15 } });
  const failures = [[1.55, "SPEED_OUT_OF_RANGE"], [0.45, "SPEED_OUT_OF_RANGE"], [
    1.07,
    "SPEED_INCREMENT_INVALID",
  ]] as const;
  for (const [value, code] of failures) {
    const { description, ...failure } = configure(value)!;
    assertEquals(failure, { type: "ConfigureFailure", code, field: "speed", value });
    assertMatch(description, /^speed must be .*0\.0?5/);
  }
  assertEquals(configure("fast")!.code, "SPEED_OUT_OF_RANGE");
  await stage.stop();
});

Deno.test("a speed with which Flux was opened is told", async () => {
  const stage = open({ speed: 0.5 });
  stage.send({ type: "Configure" });
  assertEquals(stage.news(), [{ type: "ConfigureSuccess", applied: { speed: 0.5 } }]);
  await stage.stop();
});

const WRONG: readonly [name: string, message: object | string | Uint8Array, string, RegExp][] = [
  ["no JSON", "{", "MESSAGE-0000", /not a JSON object/],
  ["bytes", new Uint8Array(1), "MESSAGE-0000", /only text messages/],
  ["an unknown type", { type: "Clear" }, "DATA-0000", /type cannot be "Clear"; it may be Speak/],
  ["no type", {}, "DATA-0000", /type is missing/],
  ["no text", { type: "Speak" }, "DATA-0000", /text is missing/],
  ["a position that is none", { type: "Interrupt", playback_offset: 5 }, "DATA-0000", /be an obj/],
  [
    "another unit",
    { type: "Interrupt", playback_offset: { type: "bytes", value: 1 } },
    "DATA-0000",
    /playback_offset.type cannot be "bytes"; it may be time_ms/,
  ],
  ["a position before the start", interrupt(-1), "DATA-0000", /playback_offset.value must be/],
];

for (const [name, message, code, description] of WRONG) {
  Deno.test(`Flux ends a session over ${name}, as Deepgram does`, async () => {
    const stage = open({ lead: 300 });
    stage.send(speak("One two three."), message);
    const error = stage.news().at(-1)!;
    assertEquals([error.type, error.code, stage.closed], ["Error", code, 1000]);
    assertMatch(error.description, description);
    await stage.stop();
  });
}

Deno.test("Flux warns of what it could not take or say, in capitals", async () => {
  const stage = open({ limits: { maxTextCharacters: 20 } });
  stage.send(speak("a".repeat(21)), speak("One. Fail. Two."), FLUSH);
  const told = await stage.after(0);
  assertEquals(told.filter(({ type }) => type === "Warning").map(({ code }) => code), [
    "TEXT_TOO_LONG",
    "SYNTHESIS_FAILED",
  ]);
  assertEquals(told.at(-1), ended(1, 1_000, 15));
  await stage.stop();
});

Deno.test("Flux tells the error that ends a session last, and closes with 1000", async () => {
  const stage = open({ limits: { idleTimeoutMs: 10_000 } });
  const told = await stage.after(10_000);
  assertEquals(told.map(({ type, code }) => [type, code]), [["Error", "NET-0004"]]);
  assertEquals(stage.closed, 1000);
  await stage.stop();
});

Deno.test("Flux' client that drains is told the sums, and may connect again", async () => {
  const stage = open();
  stage.send(speak("One."), FLUSH);
  await stage.after(0);
  stage.drain();
  assertEquals([stage.news(), stage.closed], [[sum(500, 4)], 1001]);
  await stage.stop();
});
