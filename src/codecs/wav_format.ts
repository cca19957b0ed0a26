/**
 * WAV files written as a stream: the header comes first, when no one knows the length.
 *
 * Both sizes then read 0xFFFFFFFF, which is what FFmpeg's muxer (`libavformat/wavenc.c`) writes where
 * it cannot seek back, and what players take for "until the stream ends". Nor does that muxer then
 * write a chunk "fact", whose number of samples players would believe. A file without any samples is
 * known to be one before anything was written: its sizes are true.
 *
 * @module
 */

import { wavHeader } from "../lib/pcm/wav.ts";
import { encoderOf, type SampleEncoding } from "./sample_encodings.ts";
import { type Format, joinBytes, openStream } from "./stream_encoder.ts";

/** `WAVE_FORMAT_IEEE_FLOAT` of RFC 2361, appendix A. */
const FLOAT_TAG = 3;

const FLOAT_BYTES = 4;

/** Where `wavHeader` puts the chunk "fact" of all but 16-bit PCM, between "fmt " and "data". */
const FACT_AT = 38;

/** The identifier and the size of the chunk "data". */
const DATA_HEADER_BYTES = 8;

/**
 * The format of WAV files.
 *
 * @param encoding of the samples inside.
 * @param sampleRate Hz.
 */
export function wavFormat(encoding: SampleEncoding, sampleRate: number): Format {
  const encode = encoderOf(encoding);
  const header = streamHeader(encoding, sampleRate);
  return {
    contentType: "audio/wav",
    sampleRate,
    delaySamples: 0,
    createEncoder: () => {
      let hasBegun = false;
      return openStream("wav", {
        encode(pcm) {
          const parts = hasBegun ? [encode(pcm)] : [header, encode(pcm)];
          hasBegun = true;
          return joinBytes(parts);
        },
        finish: () => hasBegun ? new Uint8Array(0) : describe(encoding, sampleRate, 0),
        free() {},
      });
    },
  };
}

function streamHeader(encoding: SampleEncoding, sampleRate: number): Uint8Array<ArrayBuffer> {
  const header = describe(encoding, sampleRate);
  if (encoding === "pcm_s16le") return header;
  return joinBytes([header.subarray(0, FACT_AT), header.subarray(-DATA_HEADER_BYTES)]);
}

/** A header; `dataBytes` as for {@linkcode wavHeader}. */
function describe(
  encoding: SampleEncoding,
  sampleRate: number,
  dataBytes?: number,
): Uint8Array<ArrayBuffer> {
  if (encoding !== "pcm_f32le") return wavHeader(encoding, sampleRate, dataBytes);
  // Apart from numbers, floating point is described like mu-law.
  const header = wavHeader("mulaw", sampleRate, dataBytes);
  describeFloat(header, sampleRate);
  return header;
}

function describeFloat(header: Uint8Array<ArrayBuffer>, sampleRate: number): void {
  const view = new DataView(header.buffer);
  view.setUint16(20, FLOAT_TAG, true);
  view.setUint32(28, sampleRate * FLOAT_BYTES, true); // bytes a second
  view.setUint16(32, FLOAT_BYTES, true); // bytes of one sample of all channels
  view.setUint16(34, 8 * FLOAT_BYTES, true); // bits a sample
}
