import { assert, assertEquals, assertRejects } from "@std/assert";
import { readModelFolder } from "../../src/engines/sherpa/model_folder.ts";
import { readOnnxMetadata } from "../../src/engines/sherpa/onnx_metadata.ts";
import { voicesOf } from "../../src/engines/sherpa/voices.ts";
import { ConfigError } from "../../src/errors.ts";
import { type TinyOptions, writeTinyModel } from "./sherpa_models.ts";
import { model } from "./sherpa_onnx.ts";

const ESPEAK_FILES = ["phontab", "phonindex", "phondata", "intonations"];

/** A folder that is gone at the end of the block. */
class ModelFolder implements Disposable {
  readonly #parent = Deno.makeTempDirSync({ prefix: "syrinx-folder-" });
  readonly path = `${this.#parent}/en_US-tiny`;

  constructor(options?: TinyOptions) {
    Deno.mkdirSync(this.path);
    if (options === undefined) return;
    writeTinyModel(this.path, options);
    if (options.kind === "characters") return;
    Deno.mkdirSync(`${this.path}/espeak-ng-data`);
    for (const name of ESPEAK_FILES) this.write(`espeak-ng-data/${name}`, "");
  }

  write(name: string, content: string | Uint8Array): void {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(`${this.path}/${name}`, bytes);
  }

  /** A model without a graph that does anything. */
  writeNotes(notes: Record<string, string>, name = "model.onnx"): void {
    this.write(name, model({ nodes: [], constants: [], inputs: [], outputs: [] }, notes));
  }

  remove(name: string): void {
    Deno.removeSync(`${this.path}/${name}`, { recursive: true });
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.#parent, { recursive: true });
  }
}

async function problemsOf(path: string): Promise<readonly string[]> {
  return (await assertRejects(() => readModelFolder(path), ConfigError)).problems;
}

Deno.test("without a folder the setting is asked for", async () => {
  assertEquals(await problemsOf(""), [
    "MODEL_DIR: the engine sherpa needs a folder with a model; see docs/engines.md",
  ]);
});

Deno.test("a folder that cannot be read is named", async () => {
  using folder = new ModelFolder();
  const [problem] = await problemsOf(`${folder.path}/none`);
  assert(problem!.startsWith(`MODEL_DIR: "${folder.path}/none" cannot be read:`), problem);
});

Deno.test("a folder must have one model", async () => {
  using folder = new ModelFolder();
  assertEquals(await problemsOf(folder.path), [
    `MODEL_DIR: "${folder.path}" has no .onnx file; it must have one`,
  ]);
  folder.writeNotes({}, "b.onnx");
  folder.writeNotes({}, "a.onnx");
  assertEquals(await problemsOf(folder.path), [
    `MODEL_DIR: "${folder.path}" has several models (a.onnx, b.onnx); it must have one`,
  ]);
});

const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 63201294\n";

for (const [what, content] of [["an empty file", ""], ["a pointer to a file", pointer]] as const) {
  Deno.test(`${what} is no model`, async () => {
    using folder = new ModelFolder();
    folder.write("model.onnx", content);
    assertEquals(await problemsOf(folder.path), ["MODEL_DIR: model.onnx: it is no ONNX model"]);
  });
}

Deno.test("a model that was loaded in part is told from a whole one, wherever it ends", async () => {
  using folder = new ModelFolder({ kind: "characters" });
  const whole = Deno.readFileSync(`${folder.path}/model.onnx`);
  for (const length of [1, 2, 3, 7, 100, whole.length / 2, whole.length - 1]) {
    folder.write("model.onnx", whole.subarray(0, length));
    const [problem] = await problemsOf(folder.path);
    assert(/it is (cut short: load it again|no ONNX model)$/.test(problem!), problem);
  }
});

Deno.test("a model that was not made for sherpa-onnx is told", async () => {
  using folder = new ModelFolder();
  folder.writeNotes({}, "en_US-amy-low.onnx");
  const [problem] = await problemsOf(folder.path);
  assert(problem!.startsWith("MODEL_DIR: en_US-amy-low.onnx has no notes for sherpa"), problem);
  folder.writeNotes({ model_type: "matcha-tts" }, "en_US-amy-low.onnx");
  assertEquals(await problemsOf(folder.path), [
    "MODEL_DIR: en_US-amy-low.onnx is of the type matcha-tts; the engine sherpa speaks vits, " +
    "kokoro and kitten-tts",
  ]);
});

Deno.test("everything that is missed is told at once", async () => {
  using folder = new ModelFolder({ kind: "kokoro" });
  for (const name of ["tokens.txt", "voices.bin", "espeak-ng-data/phontab"]) folder.remove(name);
  assertEquals(await problemsOf(folder.path), [
    "MODEL_DIR: there is no voices.bin",
    "MODEL_DIR: there is no tokens.txt",
    "MODEL_DIR: there is no espeak-ng-data/phontab",
  ]);
});

Deno.test("notes without which the library ends the process are missed", async () => {
  using folder = new ModelFolder({ kind: "piper" });
  folder.writeNotes({ model_type: "vits", comment: "piper", n_speakers: "many" });
  assertEquals(await problemsOf(folder.path), [
    'MODEL_DIR: model.onnx has no note "language"',
    'MODEL_DIR: model.onnx has no note "sample_rate"',
    'MODEL_DIR: model.onnx: the note "n_speakers" is many, not a number',
  ]);
});

Deno.test("the voices of another model are told", async () => {
  using folder = new ModelFolder({ kind: "kitten-tts", speakers: 2 });
  folder.write("voices.bin", new Uint8Array(12));
  assertEquals(await problemsOf(folder.path), [
    "MODEL_DIR: voices.bin has 12 bytes and the model needs 8: it is of another model",
  ]);
});

Deno.test("a Piper model is its model, its tokens and eSpeak's data", async () => {
  using folder = new ModelFolder({ kind: "piper", speakers: 1 });
  Deno.renameSync(`${folder.path}/model.onnx`, `${folder.path}/de_DE-tiny-low.onnx`);
  const found = await readModelFolder(folder.path);
  assertEquals(found.files, {
    vits: {
      model: `${folder.path}/de_DE-tiny-low.onnx`,
      tokens: `${folder.path}/tokens.txt`,
      dataDir: `${folder.path}/espeak-ng-data`,
    },
  });
  // The only voice has the model's name.
  assertEquals(voicesOf(found), [{
    id: "de_DE-tiny-low",
    description: "de_DE-tiny-low, Piper",
    language: "en-US",
    sampleRate: 16_000,
  }]);
});

Deno.test("other VITS models have a lexicon, or take characters", async () => {
  using folder = new ModelFolder({ kind: "characters", speakers: 1 });
  const model = `${folder.path}/model.onnx`;
  const tokens = `${folder.path}/tokens.txt`;
  const characters = await readModelFolder(folder.path);
  assertEquals(characters.files, { vits: { model, tokens } });
  // The file says nothing, so the folder names the voice; its language is not known.
  assertEquals([voicesOf(characters)[0]!.id, voicesOf(characters)[0]!.language], [
    "en_US-tiny",
    "und",
  ]);
  const notes = { n_speakers: "109", sample_rate: "22050", language: "English", comment: "vctk" };
  folder.writeNotes(notes);
  assertEquals(await problemsOf(folder.path), ["MODEL_DIR: there is no lexicon.txt"]);
  folder.write("lexicon.txt", "");
  const lexicon = `${folder.path}/lexicon.txt`;
  const found = await readModelFolder(folder.path);
  assertEquals(found.files, { vits: { model, tokens, lexicon } });
  assertEquals(voicesOf(found).at(-1)!.id, "speaker-108");
});

Deno.test("a Kokoro model for several languages has lexicons, one of them for English", async () => {
  using folder = new ModelFolder({ kind: "kokoro" });
  const notes = {
    model_type: "kokoro",
    version: "2",
    sample_rate: "24000",
    n_speakers: "2",
    style_dim: "64,1,1",
    has_espeak: "1",
    voice: "en-us",
    speaker_names: "ef_dora,x_unknown",
  };
  folder.writeNotes(notes);
  assertEquals(await problemsOf(folder.path), ["MODEL_DIR: there is no lexicon-us-en.txt"]);
  for (const language of ["us-en", "gb-en", "zh"]) folder.write(`lexicon-${language}.txt`, "");
  const found = await readModelFolder(folder.path);
  assert("kokoro" in found.files);
  const lexicons = [`${folder.path}/lexicon-us-en.txt`, `${folder.path}/lexicon-zh.txt`];
  assertEquals(found.files.kokoro.lexicon, lexicons.join(","));
  // The first letter of a speaker's name is the language, where it is one of Kokoro's.
  const languages = voicesOf(found).map(({ id, language, espeakLanguage }) =>
    `${id} ${language} ${espeakLanguage}`
  );
  assertEquals(languages, ["ef_dora es es", "x_unknown en-US undefined"]);
});

Deno.test("names that are not one for each speaker are not used", async () => {
  using folder = new ModelFolder({ kind: "kitten-tts", names: ["Leo", "Leo"] });
  assertEquals((await readModelFolder(folder.path)).speakerNames, undefined);
});

Deno.test("a model's notes are read whatever else is in its file", async () => {
  using folder = new ModelFolder();
  const notes = { a: "1", "ключ": "значение", empty: "", long: "x".repeat(100_000) };
  folder.writeNotes(notes);
  const path = `${folder.path}/model.onnx`;
  const bytes = Deno.readFileSync(path);
  // A number of 8 bytes and one of 4 (fields 15 and 16) before, and a note once more after it all.
  const numbers = [15 * 8 + 1, 0, 0, 0, 0, 0, 0, 0, 0, 0x80 + 5, 1, 0, 0, 0, 0];
  const again = [14 * 8 + 2, 6, 0x0a, 1, 97, 0x12, 1, 50];
  folder.write("model.onnx", Uint8Array.of(...numbers, ...bytes, ...again));
  assertEquals(Object.fromEntries(await readOnnxMetadata(path)), { ...notes, a: "2" });
});
