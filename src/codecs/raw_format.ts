/**
 * Samples without a container: the file is their encoding and nothing else.
 *
 * @module
 */

import { encoderOf, type SampleEncoding } from "./sample_encodings.ts";
import { type Format, openStream } from "./stream_encoder.ts";

/**
 * Media types. `audio/pcm` is what speech services say, registered is none for little-endian
 * samples; those of G.711 are of RFC 4856, which makes the rate a required parameter.
 */
const contentTypes: Readonly<Record<SampleEncoding, (sampleRate: number) => string>> = {
  pcm_s16le: () => "audio/pcm",
  pcm_f32le: () => "audio/pcm",
  mulaw: (sampleRate) => `audio/PCMU;rate=${sampleRate}`,
  alaw: (sampleRate) => `audio/PCMA;rate=${sampleRate}`,
};

/**
 * The format of bare samples.
 *
 * @param sampleRate Hz.
 */
export function rawFormat(encoding: SampleEncoding, sampleRate: number): Format {
  const encode = encoderOf(encoding);
  return {
    contentType: contentTypes[encoding](sampleRate),
    sampleRate,
    delaySamples: 0,
    createEncoder: () =>
      openStream(encoding, { encode, finish: () => new Uint8Array(0), free() {} }),
  };
}
