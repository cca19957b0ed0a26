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

/** An engine as a module: what `src/engines/NAME/mod.ts` exports as `engine`. */
export interface EngineModule {
  /**
   * Loads what all threads share, once, in the main thread.
   *
   * @returns something that `postMessage` can carry, e.g. a compiled `WebAssembly.Module`.
   * @throws {ConfigError} saying what to do if a part of the engine is not installed.
   */
  prepare(): Promise<unknown>;
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
