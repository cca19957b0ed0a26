/**
 * Audio between the session and its sink. When the sink cannot keep up, the server is asked to
 * pause, so that memory stays bounded whatever the length.
 *
 * @module
 */

import type { AudioSink } from "./audio_sink.ts";
import type { Requests } from "./requests.ts";

/** Bytes waiting above which the server is asked to pause. */
const PAUSE_ABOVE = 1024 * 1024;

/** Bytes waiting below which it is asked to go on. */
const RESUME_BELOW = 256 * 1024;

/** Pause before a refused request is sent again where the server names none, in ms. */
const RETRY_MS = 100;

/** Options of {@linkcode AudioQueue}. */
export interface AudioQueueOptions {
  readonly sink: AudioSink;
  readonly requests: Requests;
  /** The sink failed; nothing is written any more. */
  readonly onError: (error: unknown) => void;
}

/** Writes what it is given, in order. */
export class AudioQueue {
  readonly #options: AudioQueueOptions;
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #hasFailed = false;
  #shouldPause = false;
  #isSteering = false;

  constructor(options: AudioQueueOptions) {
    this.#options = options;
  }

  /** Takes audio over. */
  push(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#hasFailed) return;
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > PAUSE_ABOVE) this.#steer(true);
    this.#writing ??= this.#write();
  }

  /** Resolves when the sink has taken everything. */
  async end(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        for (const bytes of batch) {
          await this.#options.sink.write(bytes);
          this.#waitingBytes -= bytes.length;
          if (this.#waitingBytes < RESUME_BELOW) this.#steer(false);
        }
      }
    } catch (error) {
      this.#hasFailed = true;
      this.#waiting = [];
      this.#options.onError(error);
    } finally {
      this.#writing = undefined;
    }
  }

  /** Asks the server to pause or to go on, until it does. */
  async #steer(shouldPause: boolean): Promise<void> {
    if (this.#shouldPause === shouldPause) return;
    this.#shouldPause = shouldPause;
    if (this.#isSteering) return;
    this.#isSteering = true;
    let isPaused = !shouldPause;
    while (isPaused !== this.#shouldPause) {
      const wanted = this.#shouldPause;
      const type = wanted ? "pause" : "resume";
      const answer = await this.#options.requests.request({ type });
      if (answer.outcome === "closed") break;
      if (answer.outcome === "accepted") isPaused = wanted;
      else await delay(answer.error.retry_after_ms ?? RETRY_MS);
    }
    this.#isSteering = false;
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
