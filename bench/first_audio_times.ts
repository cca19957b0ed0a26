/**
 * What the processes of the first-audio part tell each other.
 *
 * @module
 */

/** When the engine was called for a sentence, and gave its first chunk; see {@linkcode now}. */
export interface EngineTimes {
  readonly calledAt: number;
  readonly firstChunkAt: number;
}

/** The engine's own time to its first chunk, in ms. */
export const FIRST_CHUNK_MS = 40;

/** How a probe's sentences begin. */
export const PROBE = "Probe";

/** Time that processes of one machine share, in ms, finer than a millisecond. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
