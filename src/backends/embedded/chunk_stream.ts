/**
 * The chunks of one synthesis on their way from a thread's messages to whoever reads them.
 *
 * @module
 */

import type { AudioChunk } from "../../speech/backend.ts";

/**
 * A queue with an end. What it holds is bounded by the length of a sentence: the engine is not held
 * up by a slow reader, because its thread is for others, too.
 */
export class ChunkStream {
  #chunks: AudioChunk[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: (() => void) | undefined;

  /** Adds a chunk; none is taken after the end. */
  push(chunk: AudioChunk): void {
    if (this.#end !== undefined) return;
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  /** No more chunks; what is there is still read. */
  end(): void {
    this.#end ??= {};
    this.#wake?.();
  }

  /** Broken off: what has not been read is dropped and the reader gets the error. */
  fail(error: unknown): void {
    if (this.#end !== undefined && "error" in this.#end) return;
    this.#end = { error };
    this.#chunks = [];
    this.#wake?.();
  }

  /** The next chunk, undefined at the end. One reader, one call at a time. */
  async next(): Promise<AudioChunk | undefined> {
    while (this.#chunks.length === 0 && this.#end === undefined) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    this.#wake = undefined;
    const chunk = this.#chunks.shift();
    if (chunk === undefined && this.#end !== undefined && "error" in this.#end) {
      throw this.#end.error;
    }
    return chunk;
  }
}
