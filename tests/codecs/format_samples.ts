/** What the tests of file formats have in common: every format, a signal, and a whole file. */

import {
  type AudioFormat,
  type FormatName,
  formatNames,
  formatSampleRates,
} from "../../src/codecs/format_limits.ts";
import { sampleEncodings } from "../../src/codecs/sample_encodings.ts";
import { joinBytes, type StreamEncoder } from "../../src/codecs/stream_encoder.ts";

/** A format at every rate, WAV with everything that it can hold. */
export function formatsNamed(name: FormatName): AudioFormat[] {
  return formatSampleRates(name).flatMap((sampleRate): AudioFormat[] =>
    name === "wav"
      ? sampleEncodings.map((encoding) => ({ name, sampleRate, encoding }))
      : [{ name, sampleRate }]
  );
}

/** Every format at every rate. */
export function everyFormat(): AudioFormat[] {
  return formatNames.flatMap(formatsNamed);
}

/** A format's parameters in words. */
export function titleOf(format: AudioFormat): string {
  return Object.values(format).join(" ");
}

/** Harmonics of a vowel, below half of the lowest rate. */
const HARMONICS = [1, 2, 3, 5, 7, 11, 15];

/** `seconds` of a vowel whose pitch rises from 120 Hz by 60 Hz a second: no part is like another. */
export function voice(rate: number, seconds = 2): Int16Array<ArrayBuffer> {
  return Int16Array.from({ length: Math.round(seconds * rate) }, (_, i) => {
    const turns = 2 * Math.PI * (120 + 30 * i / rate) * i / rate;
    const partials = HARMONICS.map((harmonic) => Math.sin(harmonic * turns) / harmonic);
    return Math.round(6000 * partials.reduce((sum, partial) => sum + partial));
  });
}

/** Encodes a whole stream, given in pieces, and closes the encoder. */
export function encodeAll(
  encoder: StreamEncoder,
  pieces: Iterable<Int16Array<ArrayBuffer>>,
): Uint8Array<ArrayBuffer> {
  const parts = Array.from(pieces, (piece) => encoder.encode(piece));
  parts.push(encoder.finish());
  encoder.close();
  return joinBytes(parts);
}
