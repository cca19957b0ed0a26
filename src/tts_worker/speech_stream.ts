/**
 * One synthesis on its way into a call's stream.
 *
 * @module
 */

import type { SynthesizeResponse } from "../grpc/gen/tts/v1/tts_pb.ts";
import { audioMessages, type Totals, totalsMessage, wordsMessage } from "../grpc/mapping.ts";
import type { Clock } from "../lib/clock.ts";
import { samplesToMs } from "../lib/pcm/duration.ts";
import type { Resampler } from "../lib/pcm/resampler.ts";
import type { Backend } from "../speech/backend.ts";
import type { SpeechRequest } from "./speech_request.ts";

/** What a {@linkcode SpeechStream} takes part in. */
export interface SpeechStreamOptions {
  readonly backend: Backend;
  readonly clock: Clock;
  readonly request: SpeechRequest;
  /** From the voice's rate to the request's. */
  readonly resampler: Resampler;
  /** Takes each message as it comes. */
  readonly write: (message: SynthesizeResponse) => void;
  /** Called before the first audio is written. */
  readonly onFirstAudio: () => void;
}

/**
 * Writes what a backend says. It never waits for the client: the engine is for others, too, and what
 * is written is bounded by the length of the text.
 */
export class SpeechStream {
  readonly #options: SpeechStreamOptions;
  #samples = 0;
  #words = 0;

  constructor(options: SpeechStreamOptions) {
    this.#options = options;
  }

  /** Audio written so far, in ms. */
  get audioMs(): number {
    return samplesToMs(this.#samples, this.#options.request.sampleRate);
  }

  /**
   * Runs the synthesis to its end.
   *
   * @throws {Error} the backend's, or the signal's reason when it aborts; no totals are written then.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { backend, clock, request, resampler, write } = this.#options;
    const startedAt = clock.now();
    for await (const { pcm, words } of backend.synthesize(request.synthesis, { signal })) {
      // A backend may be slow to notice.
      signal.throwIfAborted();
      this.#writeAudio(resampler.push(pcm));
      if (words === undefined || words.length === 0) continue;
      write(wordsMessage(words));
      this.#words += words.length;
    }
    signal.throwIfAborted();
    this.#writeAudio(resampler.end());
    write(totalsMessage(this.#totals(clock.now() - startedAt)));
  }

  #writeAudio(pcm: Int16Array<ArrayBuffer>): void {
    if (pcm.length === 0) return;
    const { request, write, onFirstAudio } = this.#options;
    const isFirst = this.#samples === 0;
    if (isFirst) onFirstAudio();
    for (const message of audioMessages(pcm, isFirst ? request.sampleRate : 0)) write(message);
    this.#samples += pcm.length;
  }

  #totals(engineMs: number): Totals {
    return { samples: this.#samples, durationMs: this.audioMs, words: this.#words, engineMs };
  }
}
