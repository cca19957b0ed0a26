import type {
  AudioChunk,
  Backend,
  SynthesisRequest,
  WordTiming,
} from "../../../src/speech/backend.ts";

/** Who hears one sentence of a backend, as a worker would, with a signal of their own. */
export class Listener {
  readonly request: SynthesisRequest;
  readonly chunks: AudioChunk[] = [];
  readonly samples: number[] = [];
  readonly words: WordTiming[] = [];
  /** Resolves when the stream is over, however it ended. */
  readonly over: Promise<void>;
  error: unknown;
  isDone = false;
  readonly #abort = new AbortController();
  readonly #reason = new DOMException("not wanted any more", "AbortError");

  constructor(backend: Backend, request: SynthesisRequest) {
    this.request = request;
    this.over = this.#listen(backend);
  }

  /** Whether it ended for the reason that it was aborted with. */
  get wasAborted(): boolean {
    return this.error === this.#reason;
  }

  abort(): void {
    this.#abort.abort(this.#reason);
  }

  async #listen(backend: Backend): Promise<void> {
    try {
      const { signal } = this.#abort;
      for await (const chunk of backend.synthesize(this.request, { signal })) {
        this.chunks.push(chunk);
        this.samples.push(...chunk.pcm);
        this.words.push(...chunk.words ?? []);
      }
    } catch (error) {
      this.error = error;
    }
    this.isDone = true;
  }
}
