/**
 * Joins two pieces of audio without a click.
 *
 * What was given cannot be taken back, so the two cannot be faded into each other. Instead the new
 * audio is moved up or down to where the old one stopped, and back within a few milliseconds: no
 * step is left, no sample is lost or doubled, and audio that fits is not touched.
 *
 * @module
 */

/** Time in which the step is taken back, in ms. */
const FADE_MS = 5;

/** One join. */
export class Declick {
  readonly #fadeSamples: number;
  /** The last sample given. */
  readonly #last: number;
  /** Height of the step; undefined until the first new sample. */
  #step: number | undefined;
  #done = 0;

  /**
   * @param last the last sample given.
   * @param sampleRate Hz.
   */
  constructor(last: number, sampleRate: number) {
    this.#last = last;
    this.#fadeSamples = Math.max(1, Math.round(FADE_MS * sampleRate / 1000));
  }

  /** Whether the rest of the audio is as it should be. */
  get isDone(): boolean {
    return this.#step === 0 || this.#done >= this.#fadeSamples;
  }

  /** Height of the step at the join, 0 if it fits; undefined before the first sample. */
  get step(): number | undefined {
    return this.#step;
  }

  /**
   * The next piece of the new audio, fitted; the argument is left as it is.
   *
   * @param before the new audio's sample before the first piece, if it has one: had the old audio
   * ended with the same, the two would fit.
   */
  fit(pcm: Int16Array<ArrayBuffer>, before: number | undefined): Int16Array<ArrayBuffer> {
    if (pcm.length === 0) return pcm;
    this.#step ??= this.#last - (before ?? pcm[0]!);
    if (this.isDone) return pcm;
    const fitted = pcm.slice();
    const count = Math.min(pcm.length, this.#fadeSamples - this.#done);
    for (let i = 0; i < count; i++) {
      const share = 1 - (this.#done + i) / this.#fadeSamples;
      fitted[i] = clamp(Math.round(pcm[i]! + this.#step * share));
    }
    this.#done += count;
    return fitted;
  }
}

function clamp(sample: number): number {
  return Math.max(-0x8000, Math.min(0x7fff, sample));
}
