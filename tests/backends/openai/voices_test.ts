import { assertEquals } from "@std/assert";
import {
  describeVoice,
  languageTag,
  modelIn,
  voicesIn,
} from "../../../src/backends/openai/voices.ts";

Deno.test("voices are found in whatever form a server lists them", () => {
  const names = [{ id: "af_bella" }, { id: "am_adam" }];
  // Kokoro-FastAPI before 0.3, and since.
  assertEquals(voicesIn({ voices: ["af_bella", "am_adam", "af_bella"] }), names);
  assertEquals(voicesIn({ voices: [{ id: "af_bella", name: "Bella" }] }), [
    { id: "af_bella", name: "Bella" },
  ]);
  // speaches.
  const spoken = { name: "bf_emma", id: "bf_emma", language: "en-gb", gender: "female" };
  assertEquals(voicesIn({ voices: [spoken], object: "list" }), [
    { id: "bf_emma", name: "bf_emma", language: "en-GB" },
  ]);
  assertEquals(voicesIn({ data: names, object: "list" }), names);
  assertEquals(voicesIn(["af_bella", { voice_id: "am_adam" }]), names);
  assertEquals(voicesIn([{ name: "amy", language: "not a tag" }]), [{ id: "amy", name: "amy" }]);
});

Deno.test("what lists no voices has none", () => {
  for (
    const answer of [undefined, null, "x", 1, {}, { voices: {} }, { voices: [1, null, "", {}] }]
  ) {
    assertEquals(voicesIn(answer), []);
  }
});

Deno.test("a model's rate and voices are found where they are told", () => {
  const voices = [{ name: "amy", id: "amy", language: "en" }];
  const data = [
    { id: "whisper", task: "automatic-speech-recognition" },
    { id: "piper-amy", task: "text-to-speech", sample_rate: 22_050, voices },
    { id: "odd", sample_rate: 12_345 },
  ];
  assertEquals(modelIn({ data }, "piper-amy"), {
    sampleRate: 22_050,
    voices: [{ id: "amy", name: "amy", language: "en" }],
  });
  for (const model of ["whisper", "odd", "tts-1"]) {
    assertEquals(modelIn({ data }, model), { voices: [] });
  }
  for (const answer of [undefined, {}, { data: {} }]) {
    assertEquals(modelIn(answer, "tts-1"), { voices: [] });
  }
});

Deno.test("a voice's language is what is set, what the server says, what Kokoro's names mean", () => {
  const defaults = { model: "kokoro", sampleRate: 24_000 };
  assertEquals(describeVoice({ id: "bf_emma", name: "Emma" }, defaults), {
    id: "bf_emma",
    description: "Emma, kokoro",
    language: "en-GB",
    sampleRate: 24_000,
  });
  const languageOf = (id: string, language?: string, set?: string) =>
    describeVoice({ id, ...(language === undefined ? {} : { language }) }, {
      ...defaults,
      language: set,
    }).language;
  assertEquals(languageOf("jf_alpha"), "ja");
  assertEquals(languageOf("jf_alpha", "de"), "de");
  assertEquals(languageOf("jf_alpha", "de", "fr"), "fr");
  for (const id of ["alloy", "xf_nobody", "bella"]) assertEquals(languageOf(id), "en");
});

Deno.test("tags are written as they should be", () => {
  assertEquals(languageTag("en_us"), "en-US");
  assertEquals(languageTag("zh-hans"), "zh-Hans");
  assertEquals(languageTag(""), undefined);
  assertEquals(languageTag("english please"), undefined);
});
