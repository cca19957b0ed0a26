/**
 * Samples to milliseconds and back, exact to the sample.
 *
 * @module
 */

/**
 * Duration in ms of `samples` samples at `rate` Hz. Not rounded: 1 sample at 44,100 Hz is
 * 0.0226757... ms, and {@linkcode msToSamples} gives back exactly 1.
 */
export function samplesToMs(samples: number, rate: number): number {
  return samples * 1000 / rate;
}

/**
 * Samples in `ms` milliseconds at `rate` Hz, to the nearest sample, halves up.
 *
 * Undoes {@linkcode samplesToMs} exactly: its relative error is below 2^-51, so the result is off by
 * less than half a sample for any count under 2^50 (700 years at 48 kHz).
 */
export function msToSamples(ms: number, rate: number): number {
  return Math.round(ms * rate / 1000);
}
