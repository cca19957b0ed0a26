/**
 * PCM in at one rate, out at another.
 *
 * @module
 */

import { SampleQueue } from "../sample_queue.ts";
import type { Resampler } from "./resampler.ts";

/**
 * A first-in-first-out queue of PCM samples (signed 16 bit, mono) that are resampled when they are read,
 * and not before: what comes in all at once costs nothing until then, nor does what is never read.
 */
export class ResampledQueue {
  readonly #resampler: Resampler;
  readonly #unread = new SampleQueue();
  /** The few samples that came out of the resampler beyond what was asked for. */
  readonly #rest = new SampleQueue();
  #isEnded = false;

  /** @param resampler one of its own, at the start of a stream. */
  constructor(resampler: Resampler) {
    this.#resampler = resampler;
  }

  /** Samples that can be read now, at the rate that comes out. */
  get length(): number {
    const { length } = this.#unread;
    const resampler = this.#resampler;
    return this.#rest.length +
      (this.#isEnded ? resampler.outputAtEnd(length) : resampler.outputOf(length));
  }

  /** Appends samples. The array is kept, not copied: it must not be written to afterwards. */
  push(pcm: Int16Array<ArrayBuffer>): void {
    this.#unread.push(pcm);
  }

  /** No more will come: the last samples, which the filter held back, can be read. */
  end(): void {
    this.#isEnded = true;
  }

  /** Takes out `count` samples, or all that can be read if fewer. */
  read(count: number): Int16Array<ArrayBuffer> {
    const missing = Math.min(count, this.length) - this.#rest.length;
    if (missing > 0) this.#resample(missing);
    return this.#rest.read(count);
  }

  #resample(count: number): void {
    const input = this.#unread.read(this.#resampler.inputFor(count));
    const output = this.#resampler.push(input);
    this.#rest.push(output);
    if (output.length < count) this.#rest.push(this.#resampler.end());
  }
}
