/**
 * A model's folder as it is looked through: what is there, and what is missed.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import { OnnxError, readOnnxMetadata } from "./onnx_metadata.ts";

/** The setting that every problem is about. */
const SETTING = "MODEL_DIR";

/** Of eSpeak's data, the files without which the library ends the process. */
const ESPEAK_FILES = ["phontab", "phonindex", "phondata", "intonations"];

/** An error about the folder. */
export function folderError(problem: string): ConfigError {
  return new ConfigError([`${SETTING}: ${problem}`]);
}

/** See the module. Problems are collected, so that all of them can be told at once. */
export class FolderInspection {
  readonly path: string;
  /** The model's file, without its folder. */
  readonly modelFile: string;
  readonly #names: ReadonlySet<string>;
  readonly #notes: ReadonlyMap<string, string>;
  readonly #problems = new Set<string>();

  private constructor(
    path: string,
    names: ReadonlySet<string>,
    modelFile: string,
    notes: ReadonlyMap<string, string>,
  ) {
    this.path = path;
    this.modelFile = modelFile;
    this.#names = names;
    this.#notes = notes;
  }

  /**
   * Finds the model and reads its notes.
   *
   * @throws {ConfigError} if there is none that can be read.
   */
  static async begin(path: string): Promise<FolderInspection> {
    const names = await namesIn(path);
    const modelFile = modelAmong(path, names);
    return new FolderInspection(path, names, modelFile, await notesOf(path, modelFile));
  }

  /** Files of that form, with their paths, in the alphabet's order. */
  matching(pattern: RegExp): string[] {
    return [...this.#names].filter((name) => pattern.test(name)).sort().map((name) =>
      this.pathOf(name)
    );
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  pathOf(name: string): string {
    return `${this.path}/${name}`;
  }

  /** The path of a file, or folder, that must be there. */
  need(name: string): string {
    if (!this.has(name)) this.report(`there is no ${name}`);
    return this.pathOf(name);
  }

  /** The folder with eSpeak's data, which must be there. */
  needEspeakData(): string {
    const path = this.need("espeak-ng-data");
    if (!this.has("espeak-ng-data")) return path;
    for (const name of ESPEAK_FILES) {
      if (sizeOf(`${path}/${name}`) === undefined) {
        this.report(`there is no espeak-ng-data/${name}`);
      }
    }
    return path;
  }

  /** A note of the model, if it has it. */
  note(key: string): string | undefined {
    return this.#notes.get(key);
  }

  /** A note that must be there. */
  needNote(key: string): string {
    const value = this.note(key);
    if (value === undefined) this.report(`${this.modelFile} has no note "${key}"`);
    return value ?? "";
  }

  /** A note that must be there and a whole number. */
  needNumber(key: string): number {
    const value = this.needNote(key);
    if (value !== "" && !/^\d+$/.test(value)) {
      this.report(`${this.modelFile}: the note "${key}" is ${value}, not a number`);
    }
    return Number(value);
  }

  report(problem: string): void {
    this.#problems.add(`${SETTING}: ${problem}`);
  }

  /** @throws {ConfigError} with all problems if there are any. */
  end(): void {
    if (this.#problems.size > 0) throw new ConfigError([...this.#problems]);
  }
}

/** Bytes of a file; undefined if there is none. */
export function sizeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch {
    return undefined;
  }
}

async function namesIn(path: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  try {
    for await (const entry of Deno.readDir(path)) names.add(entry.name);
  } catch (error) {
    throw folderError(`${JSON.stringify(path)} cannot be read: ${reasonOf(error)}`);
  }
  return names;
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return "the program has no permission; docs/engines.md tells how to give it";
  }
  return error instanceof Error ? error.message : String(error);
}

/** Of several models the one that is called `model.onnx`. */
function modelAmong(path: string, names: ReadonlySet<string>): string {
  const models = [...names].filter((name) => name.endsWith(".onnx")).sort();
  if (names.has("model.onnx")) return "model.onnx";
  if (models.length === 1) return models[0]!;
  const found = models.length === 0 ? "no .onnx file" : `several models (${models.join(", ")})`;
  throw folderError(`${JSON.stringify(path)} has ${found}; it must have one`);
}

async function notesOf(path: string, modelFile: string): Promise<ReadonlyMap<string, string>> {
  try {
    return await readOnnxMetadata(`${path}/${modelFile}`);
  } catch (error) {
    const reason = error instanceof OnnxError
      ? error.message
      : `cannot read it: ${reasonOf(error)}`;
    throw folderError(`${modelFile}: ${reason}`);
  }
}
