/**
 * The low-pass filters of the resampler: a Kaiser-windowed sinc, cut into one short filter per
 * position that an output sample can have between two input samples.
 *
 * @module
 */

import { isSampleRate, sampleRates } from "./sample_rates.ts";

/**
 * Reach of the filter to each side, in samples of the lower of the two rates. With
 * {@linkcode ATTENUATION_DB} it sets the width of the transition band by Kaiser's formula
 * `width = (dB - 7.95) / (14.36 * 2 * reach)` = 0.077 of the lower rate. It is also the delay that
 * a stream needs before its first output: 1.75 ms at 16 kHz.
 */
const REACH = 28;

/** Stop band attenuation that the window is designed for. 16-bit speech hides what lies below. */
const ATTENUATION_DB = 70;

/**
 * Where the response has fallen by half, as a fraction of the lower rate: half a transition band
 * below 0.5, so that nothing at all folds back into the output.
 */
const CUTOFF = 0.4615;

/** The filter for one pair of rates. Never changes: any number of streams may share one. */
export interface ResamplerFilter {
  /** Hz. */
  readonly fromRate: number;
  /** Hz. */
  readonly toRate: number;
  /** Number of different positions between input samples: `toRate / gcd`. */
  readonly phases: number;
  /** `fromRate / gcd`: an output sample lies `step / phases` input samples after the one before. */
  readonly step: number;
  /** Coefficients per phase; a multiple of 4. */
  readonly taps: number;
  /** `phases` rows of `taps`, to be multiplied with input samples in the order of time. */
  readonly coefficients: Float64Array<ArrayBuffer>;
}

/**
 * Computes the filter for a pair of rates. Takes up to some 15 ms and 580 KB, so share the result
 * (`ResamplerBank` does).
 *
 * @throws {RangeError} if a rate is not one of {@linkcode sampleRates}.
 */
export function designFilter(fromRate: number, toRate: number): ResamplerFilter {
  for (const rate of [fromRate, toRate]) {
    if (!isSampleRate(rate)) {
      throw new RangeError(`cannot resample ${rate} Hz; rates are ${sampleRates.join(", ")}`);
    }
  }
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const phases = toRate / divisor;
  const step = fromRate / divisor;
  // To lower a rate, the filter must cut at the new half rate: longer in input samples.
  const stretch = Math.max(1, fromRate / toRate);
  const half = 2 * Math.ceil(REACH * stretch / 2);
  const taps = 2 * half;
  const coefficients = new Float64Array(phases * taps);
  const beta = 0.1102 * (ATTENUATION_DB - 8.7); // Kaiser's formula for more than 50 dB
  const windowScale = 1 / besselI0(beta);
  for (let phase = 0; phase < phases; phase++) {
    const row = coefficients.subarray(phase * taps, (phase + 1) * taps);
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      // Distance from the input sample to the output sample, in input samples: -half < d <= half.
      const distance = half - 1 - tap + phase / phases;
      const edge = distance / half;
      const window = besselI0(beta * Math.sqrt(Math.max(0, 1 - edge * edge))) * windowScale;
      const value = sinc(2 * CUTOFF * distance / stretch) * window;
      row[tap] = value;
      sum += value;
    }
    // Rows that differ in their sum would modulate a constant input: a tone at the phases' rate.
    for (let tap = 0; tap < taps; tap++) row[tap] = (row[tap] ?? 0) / sum;
  }
  return { fromRate, toRate, phases, step, taps, coefficients };
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  const quarter = x * x / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= quarter / (k * k);
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
