/** The translator of `stream-input` by itself. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { StreamInput } from "../../../src/dialects/elevenlabs/stream_input.ts";
import {
  audio,
  Bench,
  failure,
  flushed,
  sentenceEnded,
  sentenceStarted,
  sessionStarted,
  utteranceEnded,
  utteranceStarted,
  words,
} from "./bench.ts";

interface Options {
  readonly autoMode?: boolean;
  readonly syncAlignment?: boolean;
  readonly isFile?: boolean;
}

function open({ autoMode = false, syncAlignment = false, isFile = false }: Options = {}): Bench {
  const bench = new Bench(new StreamInput({ autoMode, syncAlignment, isFile }));
  bench.encode(sessionStarted());
  return bench;
}

const INCESSANT = "incessant ".repeat(5);

Deno.test("the first message has the key and the speed, and is no text", () => {
  const items = open().decode({
    text: " ",
    "xi-api-key": "secret",
    voice_settings: { stability: 0.5, similarity_boost: 0.8, speed: 1.1 },
    generation_config: { chunk_length_schedule: [50] },
    pronunciation_dictionary_locators: [{}],
  });
  assertEquals(items, [
    { key: "secret" },
    { command: { type: "configure", settings: { speed: 1.1 } } },
    { command: { type: "ping" } },
  ]);
});

Deno.test("the key has three names", () => {
  for (const field of ["xi-api-key", "xi_api_key", "authorization"]) {
    assertEquals(open().decode({ text: " ", [field]: "secret" })[0], { key: "secret" });
  }
  assertEquals(open().decode({ text: " ", authorization: "Bearer a" })[0], { key: "a" });
});

Deno.test("text is joined as it comes, flushed where that is asked, and ended by none", () => {
  const bench = open();
  assertEquals(bench.commands({ text: "Hello " }), ["text:Hello "]);
  assertEquals(bench.commands({ text: "there. ", flush: true }), ["text:there. ", "flush"]);
  assertEquals(bench.commands({ text: " " }), ["text: "]);
  assertEquals(bench.commands({ flush: true }), ["flush"]);
  assertEquals(bench.commands({ text: "" }), ["finish"]);
  assertEquals(bench.commands({ text: "late" }), []);
});

Deno.test("a flush of nothing says only that the client is there", () => {
  assertEquals(open().commands({ text: " ", flush: true }), ["ping"]);
});

Deno.test("text that came before anything but white space is not lost", () => {
  assertEquals(open().commands({ text: " Hello" }), ["text: Hello"]);
});

Deno.test("text without an end in sight is spoken by the schedule, at a word's end", () => {
  const bench = open();
  bench.decode({ text: " ", generation_config: { chunk_length_schedule: [50] } });
  assertEquals(bench.commands({ text: `${INCESSANT}wo` }), [
    `text:${INCESSANT}`,
    "flush",
    "text:wo",
  ]);
  assertEquals(bench.commands({ text: "rds " }), ["text:rds "]);
});

Deno.test("try_trigger_generation speaks what there is from 50 characters on", () => {
  const bench = open();
  const trigger = { try_trigger_generation: true };
  assertEquals(bench.commands({ text: "Hello ", ...trigger }), ["text:Hello "]);
  assertEquals(bench.commands({ text: INCESSANT, ...trigger }), [`text:${INCESSANT}`, "flush"]);
});

Deno.test("auto_mode speaks each phrase, and joins single tokens", () => {
  const bench = open({ autoMode: true });
  assertEquals(bench.commands({ text: "Hello there, " }), ["text:Hello there, ", "flush"]);
  assertEquals(bench.commands({ text: "my " }), ["text:my "]);
  assertEquals(bench.commands({ text: "friend. " }), ["text:friend. ", "flush"]);
});

Deno.test("text after a flush that was sent is another reply, and other text is the same one", () => {
  const bench = open();
  bench.decode({ text: "Hello. " });
  bench.encode(utteranceStarted());
  bench.sentence(0, 6);
  assertEquals(bench.commands({ text: "How are you?" }), ["text:How are you?"]);
  assertEquals(bench.commands({ flush: true }), ["flush"]);
  bench.encode(flushed(1));
  assertEquals(bench.commands({ text: " Still here." }), ["text: Still here."]);
  bench.decode({ flush: true });
  bench.encode(flushed(2));
  bench.sentence(1, 19);
  bench.sentence(2, 31);
  assertEquals(bench.commands({ text: " " }), ["ping"]);
  assertEquals(bench.commands({ text: "Bye." }), ["end", "text:Bye."]);
});

Deno.test("a flush ends a file, and the next text begins another", () => {
  const bench = open({ isFile: true });
  assertEquals(bench.commands({ text: "Hello. ", flush: true }), ["text:Hello. ", "end"]);
  assertEquals(bench.commands({ flush: true }), ["ping"]);
  assertEquals(bench.commands({ text: "Bye. " }), ["text:Bye. "]);
});

Deno.test("audio is told with the alignment that is known by then", () => {
  const bench = open();
  bench.decode({ text: "Hi *you*. " });
  bench.encode(utteranceStarted());
  bench.encode(sentenceStarted(0, "Hi you.", 0, 9));
  const nothing = { isFinal: null, alignment: null, normalizedAlignment: null };
  assertEquals(bench.encode(audio([1, 2])), [{ audio: "AQI=", ...nothing }]);
  assertEquals(bench.encode(words({ text: "Hi", startMs: 20, endMs: 40 })), []);
  const chars = { chars: ["H", "i"], charStartTimesMs: [20, 30], charDurationsMs: [10, 10] };
  assertEquals(bench.encode(audio([3])), [{
    ...nothing,
    audio: "Aw==",
    alignment: chars,
    normalizedAlignment: chars,
  }]);
  const [rest] = bench.encode(sentenceEnded(0, 100));
  assertEquals([rest!.audio, rest!.alignment.chars.join("")], ["", " *you*. "]);
  assertEquals(rest!.normalizedAlignment, {
    chars: [" ", "y", "o", "u", ".", " "],
    charStartTimesMs: [0, 10, 20, 30, 40, 50],
    charDurationsMs: [10, 10, 10, 10, 10, 10],
  });
});

Deno.test("sync_alignment counts times from the start of the audio", () => {
  const starts = [false, true].map((syncAlignment) => {
    const bench = open({ syncAlignment });
    bench.decode({ text: "Hi you" });
    bench.encode(utteranceStarted());
    bench.encode(sentenceStarted(0, "Hi you", 0, 6));
    const word = (text: string, startMs: number, endMs: number) => {
      bench.encode(words({ text, startMs, endMs }));
      return bench.encode(audio())[0]!.alignment.charStartTimesMs;
    };
    return [word("Hi", 0, 40), word("you", 100, 160)];
  });
  assertEquals(starts, [[[0, 20], [0, 60, 80, 100]], [[0, 20], [40, 100, 120, 140]]]);
});

Deno.test("the last message is told once, and none after an error", () => {
  const final = {
    audio: null,
    isFinal: true,
    is_final: true,
    alignment: null,
    normalizedAlignment: null,
  };
  const bench = open();
  assertEquals(bench.ended(), [final]);
  assertEquals(bench.ended(), []);
  const failed = open();
  assertEquals(failed.encode(failure("idle_timeout")), [{
    message: "it went wrong",
    error: "input_timeout_exceeded",
    code: 1008,
  }]);
  assertEquals([...failed.encode(audio()), ...failed.ended()], []);
});

Deno.test("speech that the server cuts off does not end as if it were whole", () => {
  const bench = open();
  bench.decode({ text: "Hello." });
  bench.encode(utteranceStarted());
  bench.encode(utteranceEnded("interrupted"));
  const [error] = bench.ended();
  assertEquals([error!.error, error!.code], ["system_busy", 1013]);
});

Deno.test("what cannot be used is refused, and names the field", () => {
  const cases: [object | string | Uint8Array, string | undefined, string][] = [
    ["{", undefined, "not a JSON object"],
    [new Uint8Array(2), undefined, "not a JSON object"],
    [{}, "text", "is missing"],
    [{ problem: "a field of that name" }, "text", "is missing"],
    [{ text: 1 }, "text", "must be a string"],
    [{ text: "a", flush: "yes" }, "flush", "true or false"],
    [{ text: "a", try_trigger_generation: 1 }, "try_trigger_generation", "true or false"],
    [{ text: "a", voice_settings: [] }, "voice_settings", "must be an object"],
    [{ text: "a", voice_settings: { speed: 3 } }, "voice_settings.speed", "from 0.5 to 2"],
    [
      { text: "a", generation_config: { chunk_length_schedule: [10] } },
      "generation_config.chunk_length_schedule",
      "from 50 to 500",
    ],
  ];
  for (const [message, field, words] of cases) {
    const { problem } = open().refusal(message);
    assertEquals(problem.field, field);
    assertStringIncludes(problem.message, words);
  }
});
