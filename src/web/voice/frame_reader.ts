/**
 * Short frames of a microphone's samples, at a rate that is enough to tell speech.
 *
 * @module
 */

/** Rate of the frames, about, in Hz: the voice's pitch and first formants are below half of it. */
const RATE = 8_000;

/** From one frame to the next, in s. */
const HOP_S = 0.016;

/** Makes overlapping frames of samples as they come. */
export class FrameReader {
  /** Hz of the frames' samples. */
  readonly sampleRate: number;
  /** From one frame to the next, in ms. */
  readonly hopMs: number;
  readonly #factor: number;
  readonly #hop: number;
  readonly #frame: Float32Array;
  readonly #onFrame: (frame: Float32Array) => void;
  #fill = 0;
  #sum = 0;
  #summed = 0;

  /** @param onFrame is given the same array every time: two hops of samples. */
  constructor(inputRate: number, onFrame: (frame: Float32Array) => void) {
    this.#factor = Math.max(1, Math.round(inputRate / RATE));
    this.sampleRate = inputRate / this.#factor;
    this.#hop = Math.round(this.sampleRate * HOP_S);
    this.hopMs = this.#hop * 1_000 / this.sampleRate;
    this.#frame = new Float32Array(2 * this.#hop);
    this.#onFrame = onFrame;
  }

  push(samples: Float32Array): void {
    for (let i = 0; i < samples.length; i++) {
      this.#sum += samples[i]!;
      if (++this.#summed < this.#factor) continue;
      this.#append(this.#sum / this.#factor);
      this.#sum = 0;
      this.#summed = 0;
    }
  }

  #append(sample: number): void {
    this.#frame[this.#fill++] = sample;
    if (this.#fill < this.#frame.length) return;
    this.#onFrame(this.#frame);
    this.#frame.copyWithin(0, this.#hop);
    this.#fill = this.#hop;
  }
}
