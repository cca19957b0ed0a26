/**
 * The sample rates that audio is handled in.
 *
 * @module
 */

/** Every supported rate, in Hz, ascending. */
export const sampleRates = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000] as const;

/** One of {@linkcode sampleRates}. */
export type SampleRate = typeof sampleRates[number];

/** Whether `rate` (Hz) is one of {@linkcode sampleRates}. */
export function isSampleRate(rate: number): rate is SampleRate {
  return (sampleRates as readonly number[]).includes(rate);
}
