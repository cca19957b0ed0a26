/**
 * Encodings of single samples: those that need no library, no blocks and no container.
 *
 * @module
 */

import { toBytes } from "../lib/pcm/bytes.ts";
import { encodeAlaw, encodeMulaw } from "../lib/pcm/g711.ts";

/** Name of an encoding. */
export type SampleEncoding = "pcm_s16le" | "pcm_f32le" | "mulaw" | "alaw";

/** Encodes samples; those of `pcm_s16le` come back as a view of the same memory. */
export type EncodeSamples = (pcm: Int16Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

/** Full scale of 16 bits, which is 1 in floating point. */
export const FULL_SCALE = 32_768;

const encoders: Readonly<Record<SampleEncoding, EncodeSamples>> = {
  pcm_s16le: toBytes,
  pcm_f32le: toFloatBytes,
  mulaw: (pcm) => encodeMulaw(pcm),
  alaw: (pcm) => encodeAlaw(pcm),
};

/** Every encoding, the default first. */
export const sampleEncodings = Object.keys(encoders) as readonly SampleEncoding[];

/** What encodes samples; it keeps nothing from one call to the next. */
export function encoderOf(encoding: SampleEncoding): EncodeSamples {
  return encoders[encoding];
}

/** Little-endian 32-bit floating point from -1 to 1, exactly. */
function toFloatBytes(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * pcm.length));
  for (let i = 0; i < pcm.length; i++) {
    view.setFloat32(4 * i, (pcm[i] as number) / FULL_SCALE, true);
  }
  return new Uint8Array(view.buffer);
}
