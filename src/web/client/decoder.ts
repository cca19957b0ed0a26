/**
 * From the bytes of an encoding to samples, in order.
 *
 * @module
 */

import { decodeAlaw, decodeMulaw } from "../../lib/pcm/g711.ts";
import { OpusDecoder } from "./opus_decoder.ts";

/** Takes 16-bit samples and their rate in Hz. */
export type Deliver = (pcm: Int16Array<ArrayBuffer>, sampleRate: number) => void;

/** Decodes one stream. */
export interface Decoder {
  /** Decodes; `deliver` is called once, after those of all calls before. */
  decode(bytes: Uint8Array<ArrayBuffer>, deliver: Deliver): void;
  /** Calls back when everything before has been delivered. */
  after(callback: () => void): void;
  /** Frees it; what has not been delivered by now never is. */
  close(): void;
}

/** A decoder for a session's audio. `onError` is told when it cannot go on. */
export function createDecoder(
  encoding: string,
  sampleRate: number,
  onError: (error: Error) => void,
): Decoder {
  switch (encoding) {
    case "opus":
      return new OpusDecoder(onError);
    case "mulaw":
      return new DirectDecoder(sampleRate, decodeMulaw);
    case "alaw":
      return new DirectDecoder(sampleRate, decodeAlaw);
    default:
      return new DirectDecoder(sampleRate, samplesOf);
  }
}

/** Decodes at once. */
class DirectDecoder implements Decoder {
  readonly #sampleRate: number;
  readonly #decode: (bytes: Uint8Array<ArrayBuffer>) => Int16Array<ArrayBuffer>;

  constructor(
    sampleRate: number,
    decode: (bytes: Uint8Array<ArrayBuffer>) => Int16Array<ArrayBuffer>,
  ) {
    this.#sampleRate = sampleRate;
    this.#decode = decode;
  }

  decode(bytes: Uint8Array<ArrayBuffer>, deliver: Deliver): void {
    deliver(this.#decode(bytes), this.#sampleRate);
  }

  after(callback: () => void): void {
    callback();
  }

  close(): void {}
}

/** `pcm_s16le`, on the little-endian machines that there are. */
function samplesOf(bytes: Uint8Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
  return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 1);
}
