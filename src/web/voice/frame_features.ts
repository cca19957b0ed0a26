/**
 * What tells speech from noise in one frame: its level, and how much it repeats itself at the pitch
 * of a voice.
 *
 * @module
 */

/** Pitches of voices, in Hz. */
const LOWEST_PITCH = 75;
const HIGHEST_PITCH = 400;

/** Level of silence, in dB of full scale. */
export const SILENCE_DB = -90;

/** Level of a frame, in dB of full scale. */
export function levelOf(frame: Float32Array): number {
  const mean = meanOf(frame);
  let power = 0;
  for (let i = 0; i < frame.length; i++) power += (frame[i]! - mean) ** 2;
  return Math.max(SILENCE_DB, 10 * Math.log10(power / frame.length + 1e-12));
}

/** The highest normalised autocorrelation at a voice's pitch: near 1 in vowels, below 0.4 in noise. */
export function voicingOf(frame: Float32Array, sampleRate: number): number {
  const mean = meanOf(frame);
  const last = Math.min(frame.length >> 1, Math.ceil(sampleRate / LOWEST_PITCH));
  let best = 0;
  for (let lag = Math.floor(sampleRate / HIGHEST_PITCH); lag <= last; lag++) {
    best = Math.max(best, correlation(frame, mean, lag));
  }
  return best;
}

function correlation(frame: Float32Array, mean: number, lag: number): number {
  let product = 0;
  let early = 0;
  let late = 0;
  for (let i = lag; i < frame.length; i++) {
    const a = frame[i - lag]! - mean;
    const b = frame[i]! - mean;
    product += a * b;
    early += a * a;
    late += b * b;
  }
  return product / Math.sqrt(early * late + 1e-12);
}

function meanOf(frame: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < frame.length; i++) sum += frame[i]!;
  return sum / frame.length;
}
