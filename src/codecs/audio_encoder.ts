/**
 * Encoders from 16-bit mono samples to what a client asked for.
 *
 * @module
 */

import { toBytes } from "../lib/pcm/bytes.ts";
import { encodeAlaw, encodeMulaw } from "../lib/pcm/g711.ts";
import { type Encoding, sampleRatesOf } from "./encodings.ts";

/** Encodes one stream of mono audio. */
export interface AudioEncoder {
  /** Samples in a packet where their number is fixed (Opus: 20 ms), else any number may be given. */
  readonly packetSamples?: number;
  /**
   * Samples by which what a client decodes lags behind what was given, 0 for all but Opus. The
   * last of them are heard only if the stream ends with as much silence.
   */
  readonly delaySamples: number;
  /**
   * Encodes the next samples; with `packetSamples`, exactly that many into one packet.
   *
   * The bytes stay as they are, so they may be sent at any time later, provided that `pcm` does:
   * those of `pcm_s16le` are the samples' own memory.
   *
   * @throws {RangeError} if the number of samples is not `packetSamples`.
   * @throws {Error} if the encoder is closed (Opus only).
   */
  encode(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** Frees the encoder's memory; more than once does nothing. */
  close(): void;
}

/**
 * Opens an encoder. It has to be closed: the garbage collector does not see Opus' memory.
 *
 * The first call for Opus loads libopus (a promise, some 10 ms); all other encodings come at once.
 *
 * @param sampleRate Hz.
 * @throws {RangeError} if the encoding cannot be had in that rate; see {@linkcode sampleRatesOf}.
 */
export function createEncoder(
  encoding: Encoding,
  sampleRate: number,
): Promise<AudioEncoder> | AudioEncoder {
  const allowed = sampleRatesOf(encoding);
  if (!allowed.includes(sampleRate)) {
    throw new RangeError(`${encoding} at ${sampleRate} Hz is not one of ${allowed.join(", ")} Hz`);
  }
  switch (encoding) {
    case "pcm_s16le":
      return stateless(toBytes);
    case "mulaw":
      return stateless((pcm) => encodeMulaw(pcm));
    case "alaw":
      return stateless((pcm) => encodeAlaw(pcm));
    case "opus":
      return createOpusEncoder(sampleRate);
  }
}

/**
 * Loads what an encoding needs, so that its encoders can be opened at any moment.
 *
 * @param sampleRate Hz.
 * @throws {RangeError} if the encoding cannot be had in that rate; see {@linkcode sampleRatesOf}.
 */
export async function loadEncoder(
  encoding: Encoding,
  sampleRate: number,
): Promise<() => AudioEncoder> {
  if (encoding !== "opus") {
    const encoder = await createEncoder(encoding, sampleRate);
    return () => encoder;
  }
  (await createEncoder(encoding, sampleRate)).close();
  const { OpusEncoder } = await import("./opus_encoder.ts");
  return () => new OpusEncoder(sampleRate);
}

function stateless(encode: AudioEncoder["encode"]): AudioEncoder {
  return { delaySamples: 0, encode, close() {} };
}

async function createOpusEncoder(sampleRate: number): Promise<AudioEncoder> {
  // Not imported at the top: only a client that wants Opus makes the server load it.
  const { OpusEncoder } = await import("./opus_encoder.ts");
  return new OpusEncoder(sampleRate);
}
