/**
 * What clients are told of an engine beyond its voices.
 *
 * @module
 */

/** Nature of an engine; the contract's `GetCapabilitiesResponse` has the same words. */
export interface EngineTraits {
  /** Name of the engine. Workers that name the same one sound alike. */
  readonly engine: string;
  /** Audio of a long text comes while the rest of it is still being synthesised. */
  readonly streaming: boolean;
  /** Word timings come with the audio. */
  readonly wordTimings: boolean;
  /** The same request gives the same samples, wherever and whenever. */
  readonly deterministic: boolean;
}

const KNOWN: Readonly<Record<string, Omit<EngineTraits, "engine">>> = {
  flite: { streaming: true, wordTimings: true, deterministic: true },
  espeak: { streaming: true, wordTimings: true, deterministic: false },
  sherpa: { streaming: true, wordTimings: false, deterministic: false },
};

/** An engine of which nothing is written here is said to promise nothing. */
export function engineTraits(engine: string): EngineTraits {
  const promisesNothing = { streaming: false, wordTimings: false, deterministic: false };
  return { engine, ...(KNOWN[engine] ?? promisesNothing) };
}
