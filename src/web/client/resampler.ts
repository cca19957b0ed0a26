/**
 * From the rate of the speech to the rate of the sound device, whatever the two are.
 *
 * @module
 */

/**
 * Reach of the filter to each side, in samples of the lower rate: with the window below, flat up to
 * 0.42 of the lower rate and 65 dB down from its half on.
 */
const REACH = 24;

/** Kaiser's window parameter for 65 dB. */
const BETA = 0.1102 * (65 - 8.7);

/** Where the response has fallen by half, as a fraction of the lower rate. */
const CUTOFF = 0.458;

/** Places of the filter between two input samples; in between a straight line is 110 dB exact. */
const PHASES = 512;

/** Changes the sample rate of a stream of 16-bit mono audio; gives -1..1. */
export class Resampler {
  readonly fromRate: number;
  readonly #toRate: number;
  /** Input samples that the filter reaches to each side. */
  readonly #half: number;
  /** `PHASES + 1` rows of `2 * half` coefficients. */
  readonly #kernel: Float32Array;
  /** Input samples from `#start` on. */
  #input = new Float32Array(0);
  /** Place of `#input[0]` in the stream. */
  #start = 0;
  #read = 0;
  #written = 0;

  /** Rates in Hz. */
  constructor(fromRate: number, toRate: number) {
    this.fromRate = fromRate;
    this.#toRate = toRate;
    const stretch = Math.max(1, fromRate / toRate);
    this.#half = fromRate === toRate ? 0 : Math.ceil(REACH * stretch);
    this.#kernel = designKernel(this.#half, stretch);
    this.reset();
  }

  /** Forgets everything; the next samples begin another stream. */
  reset(): void {
    this.#input = new Float32Array(this.#half);
    this.#start = -this.#half;
    this.#read = 0;
    this.#written = 0;
  }

  /** Takes the next samples and gives what can be told by now. */
  push(pcm: Int16Array): Float32Array<ArrayBuffer> {
    this.#read += pcm.length;
    this.#append(pcm);
    const known = this.#half === 0 ? this.#read : this.#read - this.#half;
    return this.#produce(Math.ceil(known * this.#toRate / this.fromRate));
  }

  /** Gives the rest: `n` samples in make `round(n * toRate / fromRate)` out. Then as new. */
  end(): Float32Array<ArrayBuffer> {
    this.#append(new Int16Array(this.#half + 1));
    const rest = this.#produce(Math.round(this.#read * this.#toRate / this.fromRate));
    this.reset();
    return rest;
  }

  /** Appends samples behind those that are still needed. */
  #append(pcm: Int16Array): void {
    const firstNeeded = Math.floor(this.#written * this.fromRate / this.#toRate) - this.#half;
    const kept = this.#input.subarray(Math.max(0, firstNeeded - this.#start));
    this.#start += this.#input.length - kept.length;
    const input = new Float32Array(kept.length + pcm.length);
    input.set(kept);
    for (let i = 0; i < pcm.length; i++) input[kept.length + i] = pcm[i]! / 0x8000;
    this.#input = input;
  }

  /** Output samples up to, without, the place `end`. */
  #produce(end: number): Float32Array<ArrayBuffer> {
    const out = new Float32Array(Math.max(0, end - this.#written));
    if (this.#half === 0) {
      out.set(this.#input.subarray(this.#written - this.#start, end - this.#start));
    } else {
      for (let i = 0; i < out.length; i++) out[i] = this.#sampleAt(this.#written + i);
    }
    this.#written += out.length;
    return out;
  }

  #sampleAt(place: number): number {
    const position = place * this.fromRate / this.#toRate;
    const whole = Math.floor(position);
    const phase = (position - whole) * PHASES;
    const row = Math.floor(phase);
    const share = phase - row;
    const taps = 2 * this.#half;
    const input = this.#input;
    const kernel = this.#kernel;
    let at = whole - this.#half + 1 - this.#start;
    let left = 0;
    let right = 0;
    for (let c = row * taps, end = c + taps; c < end; c++, at++) {
      left += input[at]! * kernel[c]!;
      right += input[at]! * kernel[c + taps]!;
    }
    return left + share * (right - left);
  }
}

/** A windowed sinc, a row for each place between two input samples. */
function designKernel(half: number, stretch: number): Float32Array {
  const taps = 2 * half;
  const kernel = new Float32Array((PHASES + 1) * taps);
  for (let phase = 0; phase <= PHASES; phase++) {
    const row = kernel.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = half - 1 - tap + phase / PHASES;
      const edge = Math.min(1, Math.abs(distance) / half);
      row[tap] = sinc(2 * CUTOFF * distance / stretch) *
        besselI0(BETA * Math.sqrt(1 - edge * edge));
      sum += row[tap]!;
    }
    // Rows that differ in their sum would modulate a constant input.
    for (let tap = 0; tap < taps; tap++) row[tap]! /= sum;
  }
  return kernel;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= x * x / (4 * k * k);
    sum += term;
  }
  return sum;
}
