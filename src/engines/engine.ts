/**
 * The port for engines: what runs inside a thread of its own and blocks it while it speaks.
 *
 * @module
 */

import type { AudioChunk, SynthesisRequest, Voice } from "../speech/backend.ts";

/** An engine at work in one thread; one sentence at a time. */
export interface Engine {
  /** The voices on offer; the first one is the default. */
  readonly voices: readonly Voice[];
  /**
   * Speaks one sentence; the return is its end. After a failure the engine is as good as new.
   *
   * @param request what to say.
   * @param emit takes each piece of audio as it comes. The engine must not use the chunk's memory
   * again: it is handed on to another thread.
   * @param isCancelled asked as often as is cheap; once it says so the engine returns soon, having
   * emitted what it likes: nobody listens.
   * @throws {RangeError} for an unknown voice.
   * @throws {Error} saying why the engine cannot speak that text.
   */
  synthesize(
    request: SynthesisRequest,
    emit: (chunk: AudioChunk) => void,
    isCancelled: () => boolean,
  ): void | Promise<void>;
}

/** What the user says about an engine; each engine takes what it needs. */
export interface EngineOptions {
  /** Folder of the model, for engines that come without one. */
  readonly modelDir?: string;
  /**
   * Cores that one synthesis may use, where an engine can use several.
   * @default {1}
   */
  readonly modelThreads?: number;
}

/** How an engine's threads are treated, where the backend's defaults do not fit; times in ms. */
export interface EngineManners {
  /** Longest time for a thread to start. */
  readonly startTimeoutMs?: number;
  /** Longest time without a sign of life from a thread that speaks. */
  readonly hangTimeoutMs?: number;
  /** Longest time for a cancelled sentence to give its thread back. */
  readonly cancelTimeoutMs?: number;
  /**
   * A thread must not be killed while it loads or speaks, because native code in it would run on in
   * memory that is gone. It is asked to end, and waited for.
   * @default {false}
   */
  readonly mustFinish?: boolean;
}

/** An engine as a module: what `src/engines/NAME/mod.ts` exports as `engine`. */
export interface EngineModule {
  readonly manners?: EngineManners;
  /**
   * Loads what all threads share, once, in the main thread.
   *
   * @returns something that `postMessage` can carry, e.g. a compiled `WebAssembly.Module`.
   * @throws {ConfigError} saying what to do if a part of the engine is not installed.
   */
  prepare(options?: EngineOptions): Promise<unknown>;
  /** Starts the engine in the calling thread, from what {@linkcode prepare} gave. */
  start(prepared: unknown): Promise<Engine>;
}

/** The voice of that name. @throws {RangeError} naming those there are. */
export function voiceOf(voices: readonly Voice[], id: string): Voice {
  const voice = voices.find((voice) => voice.id === id);
  if (voice !== undefined) return voice;
  // An engine can have more than a hundred.
  const some = voices.slice(0, 10).map((voice) => voice.id).join(", ");
  const more = voices.length > 10 ? `, and ${voices.length - 10} more` : "";
  throw new RangeError(`no voice is called "${id}"; there are ${some}${more}`);
}
