/**
 * A CPU profile on demand.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Sampler } from "./cpu_sampler.ts";
import { profileBytes } from "./sections.ts";

/** A recording that runs. */
interface Running {
  /** Ends it before its time. */
  readonly end: () => void;
  readonly profile: Promise<Uint8Array<ArrayBuffer>>;
}

/** Records the thread that it is made in, once at a time. */
export class CpuRecorder {
  readonly #sampler: Sampler;
  readonly #clock: Clock;
  #running: Running | undefined;

  constructor(sampler: Sampler, clock: Clock) {
    this.#sampler = sampler;
    this.#clock = clock;
  }

  /**
   * A `.cpuprofile` file, which comes when the seconds are over. To cancel the stream ends the
   * recording.
   *
   * @returns undefined while another recording runs.
   * @throws {Error} if the runtime does not permit it.
   */
  record(seconds: number): ReadableStream<Uint8Array<ArrayBuffer>> | undefined {
    if (this.#running !== undefined) return undefined;
    const recording = this.#sampler.start();
    const over = Promise.withResolvers<void>();
    const cancelTimer = this.#clock.after(seconds * 1000, over.resolve);
    const free = () => {
      cancelTimer();
      if (this.#running === running) this.#running = undefined;
    };
    const profile = over.promise.then(() => {
      free();
      return recording.stop();
    }).then(profileBytes);
    const running: Running = { end: over.resolve, profile };
    this.#running = running;
    return new ReadableStream({
      async pull(controller) {
        controller.enqueue(await profile);
        controller.close();
      },
      cancel() {
        free();
        recording.drop();
      },
    });
  }

  /** Ends a recording before its time: its reader gets what there is. Resolves when it is made. */
  async finish(): Promise<void> {
    const running = this.#running;
    running?.end();
    await running?.profile.catch(() => {});
  }
}
