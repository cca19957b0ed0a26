import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Engine } from "../../src/engines/engine.ts";
import { SherpaEngine, toPcm } from "../../src/engines/sherpa/engine.ts";
import type { SherpaSynthesizer } from "../../src/engines/sherpa/library.ts";
import { INSTALL_COMMAND, sherpaEngine } from "../../src/engines/sherpa/mod.ts";
import { collect } from "./collect.ts";
import { installSherpa, type SherpaInstallation } from "./sherpa_install.ts";
import { TOKEN_SAMPLES, writeTinyModel } from "./sherpa_models.ts";

Deno.test("sherpa that is not installed says what installs it", async () => {
  const modelDir = Deno.makeTempDirSync({ prefix: "syrinx-model-" });
  try {
    writeTinyModel(modelDir, { kind: "characters" });
    const engine = sherpaEngine("no-such-package");
    const error = await assertRejects(() => engine.prepare({ modelDir }), Error);
    assert(error.message.includes(INSTALL_COMMAND), error.message);
  } finally {
    Deno.removeSync(modelDir, { recursive: true });
  }
});

Deno.test("toPcm clips what is beyond full scale", () => {
  const samples = Float32Array.of(0, 0.5, -0.5, 1, -1, 1.7, -1.7, NaN);
  const pcm = [0, 16_384, -16_383, 32_767, -32_767, 32_767, -32_767, 0];
  assertEquals([...toPcm(samples)], pcm);
});

/** A library that gives a sample for each sentence, as long as it is wanted. */
class FakeSynthesizer implements SherpaSynthesizer {
  readonly numSpeakers = 2;
  readonly sampleRate = 16_000;
  readonly requests: Parameters<SherpaSynthesizer["generateAsync"]>[0][] = [];

  generateAsync(request: Parameters<SherpaSynthesizer["generateAsync"]>[0]): Promise<unknown> {
    this.requests.push(request);
    request.text.split(".").every(() => request.onProgress({ samples: Float32Array.of(0.5) }));
    return Promise.resolve();
  }
}

const twoVoices = [
  { id: "af_one", description: "", language: "en-US", sampleRate: 16_000, espeakLanguage: "en-us" },
  { id: "two", description: "", language: "und", sampleRate: 16_000 },
];

Deno.test("a voice is a speaker, with eSpeak's language where it is known", async () => {
  const library = new FakeSynthesizer();
  const engine = new SherpaEngine(library, twoVoices);
  assertEquals(engine.voices.map((voice) => Object.keys(voice).sort()), [
    ["description", "id", "language", "sampleRate"],
    ["description", "id", "language", "sampleRate"],
  ]);
  await collect(engine, { text: "One", voice: "af_one", speed: 1.5 });
  await collect(engine, { text: "Two", voice: "two" });
  assertEquals(library.requests.map(({ generationConfig }) => generationConfig), [
    { sid: 0, speed: 1.5, silenceScale: 1, extra: { lang: "en-us" } },
    { sid: 1, speed: 1, silenceScale: 1 },
  ]);
  await assertRejects(() => collect(engine, { text: "Three", voice: "three" }), RangeError);
});

Deno.test("what has nothing to be spoken is not given to the library, which would fail", async () => {
  const library = new FakeSynthesizer();
  assertEquals((await collect(new SherpaEngine(library, twoVoices), { text: "… — !" })).chunks, 0);
  assertEquals(library.requests, []);
});

Deno.test("the real sherpa-onnx", async (t) => {
  const installed = await installSherpa();
  if (installed === undefined) {
    console.log("sherpa-onnx-node cannot be installed here: what needs it is not tested");
    await t.step({ name: "(sherpa cannot be installed here)", ignore: true, fn: () => {} });
    return;
  }
  const models = Deno.makeTempDirSync({ prefix: "syrinx-models-" });
  try {
    await testSamples(t, installed, models);
    await testCancelling(t, installed, models);
    await testKinds(t, installed, models);
  } finally {
    Deno.removeSync(models, { recursive: true });
    installed.remove();
  }
});

async function start({ specifier }: SherpaInstallation, modelDir: string): Promise<Engine> {
  const module = sherpaEngine(specifier);
  // As the prepared goes to a thread.
  return await module.start(structuredClone(await module.prepare({ modelDir })));
}

async function testSamples(
  t: Deno.TestContext,
  installed: SherpaInstallation,
  models: string,
): Promise<void> {
  const folder = `${models}/characters`;
  const model = writeTinyModel(folder, { kind: "characters", speakers: 3 });
  const engine = await start(installed, folder);
  const text = "Hello there. How are you? I am well!";

  await t.step("speaks with the model's rate and a voice for each speaker", () => {
    assertEquals(engine.voices.map((voice) => voice.id), ["speaker-0", "speaker-1", "speaker-2"]);
    assertEquals(engine.voices.map((voice) => voice.sampleRate), [16_000, 16_000, 16_000]);
  });

  await t.step("gives the model's samples, a chunk for each sentence", async () => {
    const spoken = await collect(engine, { text });
    assertEquals(spoken.pcm, model.expected(text));
    assertEquals(spoken.chunks, 3);
  });

  await t.step("gives each speaker's own samples, clipped", async () => {
    for (const speaker of [1, 2]) {
      const spoken = await collect(engine, { text, voice: `speaker-${speaker}` });
      assertEquals(spoken.pcm, model.expected(text, { speaker }));
    }
    assert(model.expected(text, { speaker: 2 }).includes(32_767), "nothing had to be clipped");
  });

  await t.step("speaks faster and slower", async () => {
    for (const speed of [0.5, 0.8, 1.25, 2]) {
      const spoken = await collect(engine, { text, speed });
      assertEquals(spoken.pcm, model.expected(text, { speed }));
    }
  });

  await t.step("speaks the next sentence after one that it has no sound for", async () => {
    await assertRejects(() => collect(engine, { text: "世" }), Error, "no audio");
    assertEquals((await collect(engine, { text: "Yes." })).pcm, model.expected("Yes."));
  });
}

async function testCancelling(
  t: Deno.TestContext,
  installed: SherpaInstallation,
  models: string,
): Promise<void> {
  const folder = `${models}/slow`;
  const model = writeTinyModel(folder, { kind: "characters", slowness: 1 });
  const engine = await start(installed, folder);
  const sentences = 100;
  const text = "Go on. ".repeat(sentences).trim();

  await t.step("stops when it is cancelled, and speaks again", async () => {
    let startedAt = performance.now();
    const whole = await collect(engine, { text });
    const wholeMs = performance.now() - startedAt;
    assertEquals(whole.chunks, sentences);

    startedAt = performance.now();
    let chunks = 0;
    await engine.synthesize(
      { text, voice: "speaker-0", speed: 1 },
      () => void chunks++,
      () => chunks >= 2,
    );
    const cancelledMs = performance.now() - startedAt;
    assertEquals(chunks, 2);
    // 4 of 100 sentences, where it must be fewer than half.
    assert(cancelledMs < wholeMs / 2, `${cancelledMs} ms when cancelled, ${wholeMs} ms in whole`);
    assertEquals((await collect(engine, { text: "Again." })).pcm, model.expected("Again."));
  });

  await t.step("gives the first sentence's audio before the last one is computed", async () => {
    const startedAt = performance.now();
    let firstMs = Infinity;
    await engine.synthesize(
      { text, voice: "speaker-0", speed: 1 },
      () => firstMs = Math.min(firstMs, performance.now() - startedAt),
      () => false,
    );
    const wholeMs = performance.now() - startedAt;
    assert(firstMs < wholeMs / 2, `the first audio came after ${firstMs} of ${wholeMs} ms`);
  });
}

async function testKinds(
  t: Deno.TestContext,
  installed: SherpaInstallation,
  models: string,
): Promise<void> {
  const names = ["af_bella", "bm_george", "zf_xiaoxiao"];
  const cases = [
    { kind: "piper", ids: ["speaker-0", "speaker-1"], languages: ["en-US", "en-US"] },
    { kind: "kokoro", speakers: 3, names, ids: names, languages: ["en-US", "en-GB", "zh"] },
    {
      kind: "kokoro",
      multilingual: true,
      names: ["ef_dora", "bf_emma"],
      ids: ["ef_dora", "bf_emma"],
      languages: ["es", "en-GB"],
    },
    { kind: "kitten-tts", names: ["Kiki", "Leo"], ids: ["Kiki", "Leo"], languages: ["en-US"] },
  ] as const;
  for (const { kind, ids, languages, ...options } of cases) {
    const what = `${kind}, with ${ids[0]}`;
    await t.step(`loads and speaks a model of the kind ${what}`, async () => {
      const folder = `${models}/${kind}-${ids[0]}`;
      writeTinyModel(folder, { kind, ...options });
      installed.addEspeakData(folder);
      const engine = await start(installed, folder);
      assertEquals(engine.voices.map((voice) => voice.id), ids);
      for (const [index, language] of languages.entries()) {
        assertEquals(engine.voices[index]!.language, language);
      }
      for (const voice of ids) {
        const text = "Good morning. How do you do?";
        const spoken = await collect(engine, { text, voice });
        assertEquals(spoken.chunks, 2);
        assert(spoken.pcm.length >= 20 * TOKEN_SAMPLES, `${spoken.pcm.length} samples`);
        assertEquals(spoken.pcm.length % TOKEN_SAMPLES, 0);
      }
    });
  }
}
