/**
 * What kind of model a folder holds, and whether all of it is there.
 *
 * The library ends the process when it does not like a model, so what makes it do so is looked for
 * here, before it is asked.
 *
 * @module
 */

import { folderError, FolderInspection, sizeOf } from "./folder_inspection.ts";
import type { StyleFiles, VitsFiles } from "./library.ts";

/** Files of a model, by its kind. */
export type ModelFiles =
  | { readonly vits: VitsFiles }
  | { readonly kokoro: StyleFiles }
  | { readonly kitten: StyleFiles };

/** A model that can be loaded. */
export interface SherpaModel {
  /** The file's name or, where that says nothing, the folder's: `en_US-amy-low`. */
  readonly name: string;
  /** For people. */
  readonly kind: "Piper" | "VITS" | "Kokoro" | "Kitten";
  readonly files: ModelFiles;
  /** In Hz. */
  readonly sampleRate: number;
  readonly speakers: number;
  /** As many as `speakers`, where the model has names. */
  readonly speakerNames: readonly string[] | undefined;
  /** eSpeak's name of the language, e.g. `en-us`, where the model tells it. */
  readonly espeakLanguage: string | undefined;
}

/**
 * Looks into a folder.
 *
 * @throws {ConfigError} that names `MODEL_DIR` and everything that is wrong.
 */
export async function readModelFolder(path: string): Promise<SherpaModel> {
  if (path === "") {
    throw folderError("the engine sherpa needs a folder with a model; see docs/engines.md");
  }
  const folder = await FolderInspection.begin(path);
  const files = filesOf(folder);
  const model: SherpaModel = {
    name: nameOf(folder),
    kind: kindOf(folder, files),
    files,
    sampleRate: folder.needNumber("sample_rate"),
    // Models with one voice say 0 or 1.
    speakers: Math.max(1, folder.needNumber("n_speakers")),
    speakerNames: speakerNamesOf(folder),
    espeakLanguage: folder.note("voice"),
  };
  folder.end();
  return model;
}

function nameOf({ path, modelFile }: FolderInspection): string {
  if (!modelFile.startsWith("model.")) return modelFile.replace(/\.onnx$/, "");
  return path.split(/[\\/]/).findLast((part) => !["", "."].includes(part)) ?? path;
}

function kindOf(folder: FolderInspection, files: ModelFiles): SherpaModel["kind"] {
  if ("kokoro" in files) return "Kokoro";
  if ("kitten" in files) return "Kitten";
  return folder.note("comment")?.includes("piper") ? "Piper" : "VITS";
}

/** Undefined unless there is one for each speaker. */
function speakerNamesOf(folder: FolderInspection): string[] | undefined {
  const names = folder.note("speaker_names")?.split(",").map((name) => name.trim());
  const count = new Set(names).size;
  return names?.length === count && String(count) === folder.note("n_speakers") ? names : undefined;
}

function filesOf(folder: FolderInspection): ModelFiles {
  const type = folder.note("model_type");
  if (type === "kokoro") return { kokoro: { ...styleFiles(folder), ...lexiconsOf(folder) } };
  if (type === "kitten-tts") return { kitten: styleFiles(folder) };
  if (type?.includes("vits")) return { vits: vitsFiles(folder) };
  if (type !== undefined) {
    throw folderError(
      `${folder.modelFile} is of the type ${type}; the engine sherpa speaks vits, kokoro and kitten-tts`,
    );
  }
  // The first models that were made for sherpa-onnx do not tell their type.
  if (folder.note("n_speakers") !== undefined) return { vits: vitsFiles(folder) };
  throw folderError(
    `${folder.modelFile} has no notes for sherpa-onnx (n_speakers, sample_rate and others), so it ` +
      "was not made for it; see docs/engines.md",
  );
}

function vitsFiles(folder: FolderInspection): VitsFiles {
  folder.needNote("language");
  const comment = folder.needNote("comment");
  const files = { model: folder.pathOf(folder.modelFile), tokens: folder.need("tokens.txt") };
  if (folder.note("frontend") === "characters") return files;
  const isChinese = folder.note("jieba") === "1" || folder.note("has_g2pw") === "1";
  if (/piper|coqui|icefall/.test(comment) && !isChinese) {
    return { ...files, dataDir: folder.needEspeakData() };
  }
  return { ...files, lexicon: folder.need("lexicon.txt") };
}

function styleFiles(folder: FolderInspection): StyleFiles {
  if (folder.needNumber("has_espeak") !== 1) folder.report("the model does not use eSpeak's data");
  const voices = folder.need("voices.bin");
  if (folder.has("voices.bin")) checkVoices(folder, voices);
  return {
    model: folder.pathOf(folder.modelFile),
    voices,
    tokens: folder.need("tokens.txt"),
    dataDir: folder.needEspeakData(),
  };
}

/** `voices.bin` holds 32-bit numbers: a table of the size `style_dim` for each speaker. */
function checkVoices(folder: FolderInspection, path: string): void {
  const table = folder.needNote("style_dim").split(",").map(Number);
  const numbers = table.reduce((product, size) => product * size, folder.needNumber("n_speakers"));
  const size = sizeOf(path);
  if (size === 4 * numbers) return;
  folder.report(
    `voices.bin has ${size} bytes and the model needs ${4 * numbers}: it is of another model`,
  );
}

/** Kokoro's models for several languages have a dictionary for each. */
function lexiconsOf(folder: FolderInspection): { readonly lexicon?: string } {
  if (Number(folder.note("version") ?? 1) < 2) return {};
  const all = folder.matching(/^lexicon.*\.txt$/);
  // American and British English have the same words.
  const used = all.filter((path) => !path.endsWith("-gb-en.txt"));
  if (used.length === 0) folder.need("lexicon-us-en.txt");
  return { lexicon: used.join(",") };
}
