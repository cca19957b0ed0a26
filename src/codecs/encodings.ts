/**
 * The audio encodings that a client can ask for.
 *
 * @module
 */

/** Name of an encoding, as in the session protocol. */
export type Encoding = "pcm_s16le" | "mulaw" | "alaw" | "opus";

/** Hz. PCM and G.711 take any rate; these are the ones that the session protocol offers. */
const protocolRates: readonly number[] = [8000, 16000, 22050, 24000, 44100, 48000];

/** Hz. RFC 6716, section 2: Opus knows these and 12,000, which no voice or client here uses. */
const opusRates: readonly number[] = [8000, 16000, 24000, 48000];

const rates: Record<Encoding, readonly number[]> = {
  pcm_s16le: protocolRates,
  mulaw: protocolRates,
  alaw: protocolRates,
  opus: opusRates,
};

/** Every encoding, the default first. */
export const encodings: readonly Encoding[] = ["pcm_s16le", "mulaw", "alaw", "opus"];

/** Whether `name` is one of {@linkcode encodings}. */
export function isEncoding(name: string): name is Encoding {
  return (encodings as readonly string[]).includes(name);
}

/** The sample rates that an encoding can be had in, in Hz, ascending. */
export function sampleRatesOf(encoding: Encoding): readonly number[] {
  return rates[encoding];
}
