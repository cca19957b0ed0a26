/**
 * Samples by their place in the stream, as many as are waiting.
 *
 * @module
 */

/** Room at first, in samples; a power of two. Longer audio makes it grow. */
const INITIAL_CAPACITY = 32_768;

/** A ring of samples. Places count from the first sample ever written. */
export class RingBuffer {
  #samples = new Float32Array(INITIAL_CAPACITY);
  #start = 0;
  #end = 0;

  /** Place of the first sample inside. */
  get start(): number {
    return this.#start;
  }

  /** Place after the last sample inside. */
  get end(): number {
    return this.#end;
  }

  /** Appends samples. */
  write(samples: Float32Array): void {
    this.#reserve(this.#end - this.#start + samples.length);
    const at = this.#end & (this.#samples.length - 1);
    const first = Math.min(samples.length, this.#samples.length - at);
    this.#samples.set(samples.subarray(0, first), at);
    this.#samples.set(samples.subarray(first), 0);
    this.#end += samples.length;
  }

  /** Moves `count` samples, which must be there, to `out` from `outAt` on. */
  read(out: Float32Array, outAt: number, count: number): void {
    const mask = this.#samples.length - 1;
    for (let i = 0; i < count; i++) out[outAt + i] = this.#samples[(this.#start + i) & mask]!;
    this.#start += count;
  }

  /** Forgets what comes before `place`. */
  skipTo(place: number): void {
    this.#start = Math.min(Math.max(this.#start, place), this.#end);
  }

  /** Forgets what comes from `place` on. */
  truncate(place: number): void {
    this.#end = Math.max(this.#start, Math.min(this.#end, place));
  }

  #reserve(length: number): void {
    const old = this.#samples;
    if (length <= old.length) return;
    let capacity = old.length;
    while (capacity < length) capacity *= 2;
    this.#samples = new Float32Array(capacity);
    for (let place = this.#start; place < this.#end; place++) {
      this.#samples[place & (capacity - 1)] = old[place & (old.length - 1)]!;
    }
  }
}
