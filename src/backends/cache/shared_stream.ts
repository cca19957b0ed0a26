/**
 * One synthesis that any number of readers hear.
 *
 * It runs as fast as it comes, as long as anybody reads, and whoever joins late gets at once what has
 * come so far. What it holds is one sentence: readers who are never waited for need no other bound.
 *
 * @module
 */

import type { AudioChunk } from "../../speech/backend.ts";

/** Options of {@linkcode SharedStream}. */
export interface SharedStreamOptions {
  /** Begins the synthesis; called once. */
  readonly open: (signal: AbortSignal) => AsyncIterable<AudioChunk>;
  /** It is over: at its end, failed, or read by nobody any more. Called once. */
  readonly onEnd: () => void;
}

/** What has become of it; a failure holds what was thrown. */
type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/** See the module. */
export class SharedStream {
  readonly #options: SharedStreamOptions;
  readonly #stop = new AbortController();
  readonly #chunks: AudioChunk[] = [];
  #readers = 0;
  #outcome: Outcome | undefined;
  /** Resolves when there is more to read, or the end. */
  #news = Promise.withResolvers<void>();

  constructor(options: SharedStreamOptions) {
    this.#options = options;
  }

  /** Begins the synthesis. The first reader must come in the same turn, for it is not waited for. */
  start(): void {
    this.#run();
  }

  /**
   * All chunks from the first on, the very same for each reader: nobody may write to them. A reader
   * counts from when it is first asked for a chunk.
   *
   * @throws what the synthesis failed with, or the signal's reason when it aborts.
   */
  async *read(signal: AbortSignal): AsyncGenerator<AudioChunk, void, void> {
    signal.throwIfAborted();
    const aborted = Promise.withResolvers<never>();
    aborted.promise.catch(() => {});
    let hasLeft = false;
    const leave = () => {
      if (!hasLeft && --this.#readers === 0) this.#abandon();
      hasLeft = true;
    };
    const onAbort = () => {
      // At once, not when this generator is next run: an interrupt must free the engine.
      leave();
      aborted.reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#readers++;
    try {
      for (let position = 0;;) {
        const chunk = this.#chunks[position];
        if (chunk !== undefined) {
          position++;
          yield chunk;
        } else if (this.#outcome === undefined) {
          await Promise.race([this.#news.promise, aborted.promise]);
        } else if (this.#outcome.ok) {
          return;
        } else {
          throw this.#outcome.error;
        }
        signal.throwIfAborted();
      }
    } finally {
      signal.removeEventListener("abort", onAbort);
      leave();
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let iterator: AsyncIterator<AudioChunk> | undefined;
    // A backend that ignores the cancellation is left behind; its answer is not waited for.
    signal.addEventListener("abort", () => void iterator?.return?.().catch(() => {}), {
      once: true,
    });
    try {
      iterator = this.#options.open(signal)[Symbol.asyncIterator]();
      for (;;) {
        const result = await iterator.next();
        if (signal.aborted) return;
        if (result.done) return this.#end({ ok: true });
        this.#chunks.push(result.value);
        this.#tell();
      }
    } catch (error) {
      this.#end({ ok: false, error });
    }
  }

  #abandon(): void {
    if (this.#outcome !== undefined) return;
    const reason = new DOMException("nobody wants the sentence any more", "AbortError");
    this.#end({ ok: false, error: reason });
    this.#stop.abort(reason);
  }

  #end(outcome: Outcome): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#options.onEnd();
    this.#tell();
  }

  #tell(): void {
    const news = this.#news;
    this.#news = Promise.withResolvers();
    news.resolve();
  }
}
