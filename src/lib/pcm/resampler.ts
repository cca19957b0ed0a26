/**
 * Changes the sample rate of a stream of 16-bit mono audio.
 *
 * @module
 */

import { designFilter, type ResamplerFilter } from "./resampler_filter.ts";

/** Input samples taken at a time; bounds the memory of a stream whatever the size of a chunk. */
const BLOCK = 1024;

/**
 * A band-limited resampler for one stream.
 *
 * - Zero delay: output sample `k` is the input at the time `k / toRate`, as if the stream were
 *   silence before its start and after its end.
 * - `n` samples in give exactly `round(n * toRate / fromRate)` (halves up) out, once ended.
 * - The output does not depend on how the input is cut into chunks, to the bit.
 * - Flat within 0.01 dB up to 0.42 of the lower rate, 65 dB down from its half on (tests measure
 *   both for all pairs); values beyond 16 bits saturate.
 * - On one core of a 2026 server: 16 to 24 kHz 1,000 times real time, 16 to 8 kHz 1,600 times, 48 kHz
 *   in or out 430 to 510 times.
 *
 * @example
 * ```ts
 * import { Resampler } from "./resampler.ts";
 *
 * const resampler = new Resampler(16_000, 24_000);
 * const first = resampler.push(new Int16Array(320)); // fewer than 480: the rest needs what follows
 * const rest = resampler.end(); // 480 - first.length
 * ```
 */
export class Resampler {
  readonly #filter: ResamplerFilter | undefined;
  /** The last `taps` or fewer input samples, and room for a block more. */
  readonly #window: Float64Array<ArrayBuffer>;
  /** Samples in `#window`. */
  #filled = 0;
  /** Index in `#window` of the first input sample that the next output sample needs. */
  #position = 0;
  #phase = 0;
  /** Samples in and out since the start of the stream. */
  #read = 0;
  #written = 0;

  /**
   * @param fromRate Hz of the input.
   * @param toRate Hz of the output.
   * @param filter for just these rates, to share one among streams; without it the constructor
   * computes it, which takes milliseconds.
   * @throws {RangeError} if the rates differ and one is not supported, or the filter is for others.
   */
  constructor(
    fromRate: number,
    toRate: number,
    filter = designFilterUnlessEqual(fromRate, toRate),
  ) {
    if (filter && (filter.fromRate !== fromRate || filter.toRate !== toRate)) {
      const got = `${filter.fromRate} to ${filter.toRate} Hz`;
      throw new RangeError(`the filter is for ${got}, not for ${fromRate} to ${toRate} Hz`);
    }
    this.#filter = fromRate === toRate ? undefined : filter;
    this.#window = new Float64Array(this.#filter ? this.#filter.taps + BLOCK : 0);
    this.#reset();
  }

  /**
   * Takes the next samples and returns what can be told by now: all but the last 28 samples' worth
   * of the lower rate. With equal rates it returns `pcm` itself, not a copy.
   */
  push(pcm: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
    const filter = this.#filter;
    if (!filter) return pcm;
    this.#read += pcm.length;
    const known = knownOf(filter, this.#read);
    const out = new Int16Array(known - this.#written);
    this.#written = known;
    let produced = 0;
    for (let start = 0; start < pcm.length; start += BLOCK) {
      this.#append(pcm, start, Math.min(start + BLOCK, pcm.length));
      produced = this.#produce(filter, out, produced);
    }
    return out;
  }

  /** Samples that {@linkcode push} would return for `count` more. */
  outputOf(count: number): number {
    const filter = this.#filter;
    return filter ? knownOf(filter, this.#read + count) - this.#written : count;
  }

  /** Samples that {@linkcode push} and {@linkcode end} would return for `count` more and no other. */
  outputAtEnd(count: number): number {
    const filter = this.#filter;
    return filter ? totalOf(filter, this.#read + count) - this.#written : count;
  }

  /** The least count of samples for which {@linkcode push} returns `count`, at least 1, or more. */
  inputFor(count: number): number {
    const filter = this.#filter;
    if (!filter) return count;
    const last = this.#written + count - 1;
    return Math.floor(last * filter.step / filter.phases) + filter.taps / 2 + 1 - this.#read;
  }

  /** Returns the rest of the stream. The resampler is then as new, ready for another stream. */
  end(): Int16Array<ArrayBuffer> {
    const filter = this.#filter;
    if (!filter) return new Int16Array(0);
    const out = new Int16Array(totalOf(filter, this.#read) - this.#written);
    const silence = new Int16Array(Math.min(BLOCK, filter.taps));
    for (let produced = 0; produced < out.length;) {
      this.#append(silence, 0, silence.length);
      produced = this.#produce(filter, out, produced);
    }
    this.#reset();
    return out;
  }

  #reset(): void {
    if (!this.#filter) return;
    // The first output lies on the first input sample, with silence to its left.
    this.#filled = this.#filter.taps / 2 - 1;
    this.#window.fill(0, 0, this.#filled);
    this.#position = 0;
    this.#phase = 0;
    this.#read = 0;
    this.#written = 0;
  }

  /** Puts `pcm[start..end]`, at most a block, behind the samples that are still needed. */
  #append(pcm: Int16Array<ArrayBuffer>, start: number, end: number): void {
    const window = this.#window;
    window.copyWithin(0, this.#position, this.#filled);
    let filled = this.#filled - this.#position;
    this.#position = 0;
    for (let i = start; i < end; i++) window[filled++] = pcm[i] as number;
    this.#filled = filled;
  }

  /** Writes to `out` from `at` on what the window allows; returns where it stopped. */
  #produce(filter: ResamplerFilter, out: Int16Array<ArrayBuffer>, at: number): number {
    const { phases, taps, coefficients } = filter;
    const window = this.#window;
    const wholeStep = Math.floor(filter.step / phases);
    const phaseStep = filter.step % phases;
    const last = this.#filled - taps;
    const length = out.length;
    let position = this.#position;
    let phase = this.#phase;
    while (position <= last && at < length) {
      let c = phase * taps;
      let a0 = 0, a1 = 0, a2 = 0, a3 = 0;
      // Four sums: one alone would make each addition wait for the one before it.
      for (let w = position, stop = position + taps; w < stop; w += 4, c += 4) {
        a0 += (window[w] as number) * (coefficients[c] as number);
        a1 += (window[w + 1] as number) * (coefficients[c + 1] as number);
        a2 += (window[w + 2] as number) * (coefficients[c + 2] as number);
        a3 += (window[w + 3] as number) * (coefficients[c + 3] as number);
      }
      const sum = a0 + a1 + (a2 + a3);
      // The cast to 16 bits cuts towards zero, and would wrap around.
      out[at++] = sum >= 32767 ? 32767 : sum <= -32768 ? -32768 : sum + (sum < 0 ? -0.5 : 0.5);
      position += wholeStep;
      phase += phaseStep;
      if (phase >= phases) {
        phase -= phases;
        position++;
      }
    }
    this.#position = position;
    this.#phase = phase;
    return at;
  }
}

/**
 * Output samples that `read` input samples tell: output k needs the input up to
 * floor(k * step / phases) + taps / 2.
 */
function knownOf({ taps, phases, step }: ResamplerFilter, read: number): number {
  return Math.max(0, Math.ceil((read - taps / 2) * phases / step));
}

/** Output samples of a whole stream of `read` input samples. */
function totalOf({ phases, step }: ResamplerFilter, read: number): number {
  return Math.floor((2 * read * phases + step) / (2 * step));
}

function designFilterUnlessEqual(fromRate: number, toRate: number): ResamplerFilter | undefined {
  return fromRate === toRate ? undefined : designFilter(fromRate, toRate);
}
