/**
 * MP3 (ISO/IEC 11172-3 and 13818-3, layer III), at a constant bitrate, by LAME.
 *
 * A tag in front tells players LAME's delay, which they leave out, but not the length, which is not known:
 * they hear the silence that fills the last frame, and tell the duration from the bitrate.
 *
 * LAME looks ahead and lets frames share bits: the first bytes come after 800 samples (50 ms at 16 kHz)
 * up to 24 kHz and after 1376 (31 ms at 44.1 kHz) above, the first whole frame after 1376 or 2528.
 *
 * @module
 */

import { lame } from "./lame_library.ts";
import { infoFrame } from "./mp3_tag.ts";
import { FULL_SCALE } from "./sample_encodings.ts";
import { type Format, joinBytes, openStream, type StreamCodec } from "./stream_encoder.ts";

/**
 * Delay of LAME; players add that of every decoder, 528 + 1 ("Encoder and decoder delay" in LAME's
 * technical FAQ).
 */
const DELAY_SAMPLES = 576;

/** Samples given to LAME at a time; bounds the memory of a stream whatever the size of a piece. */
const BLOCK = 1152;

/** What an MP3 stream is to be. */
export interface Mp3Options {
  /** Hz. */
  readonly sampleRate: number;
  /** Bits a second. */
  readonly bitrate: number;
}

/** The format; `format_limits.ts` says which options there are. */
export function mp3Format(options: Mp3Options): Format {
  return {
    contentType: "audio/mpeg",
    sampleRate: options.sampleRate,
    delaySamples: 0,
    createEncoder: () => openStream("mp3", new Mp3Codec(options)),
  };
}

/**
 * Takes up to 0.4 MB of memory, but 1.9 MB of addresses for output of half a minute at a time, of
 * which it uses the first kilobytes: 970 streams fill the 2 GiB. Opening it takes 2 ms to 4 ms.
 */
class Mp3Codec implements StreamCodec {
  readonly header: Uint8Array<ArrayBuffer>;
  readonly #stream: number;
  #isEmpty = true;

  constructor(options: Mp3Options) {
    this.header = infoFrame({ ...options, delaySamples: DELAY_SAMPLES });
    this.#stream = openLame(options);
  }

  encode(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (pcm.length > 0) this.#isEmpty = false;
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < pcm.length; at += BLOCK) {
      parts.push(this.#encodeBlock(pcm.subarray(at, at + BLOCK)));
    }
    return joinBytes(parts);
  }

  finish(): Uint8Array<ArrayBuffer> {
    // Players open no file of less than two frames: an empty stream is so much silence.
    const silence = this.#isEmpty ? [this.encode(new Int16Array(BLOCK))] : [];
    return joinBytes([...silence, this.#output(lame.enc_flush(this.#stream))]);
  }

  free(): void {
    lame.enc_free(this.#stream);
  }

  #encodeBlock(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const channels = lame.enc_get_pcm(this.#stream, pcm.length);
    const input = new DataView(lame.memory.buffer).getUint32(channels, true);
    const samples = new Float32Array(lame.memory.buffer, input, pcm.length);
    for (let i = 0; i < pcm.length; i++) samples[i] = (pcm[i] as number) / FULL_SCALE;
    return this.#output(lame.enc_encode(this.#stream, pcm.length));
  }

  #output(size: number): Uint8Array<ArrayBuffer> {
    if (size < 0) throw new Error(`lame: error ${size}`);
    const output = lame.enc_get_out_buf(this.#stream);
    return new Uint8Array(lame.memory.buffer as ArrayBuffer, output, size).slice();
  }
}

/** Opens a stream of one channel. */
function openLame({ sampleRate, bitrate }: Mp3Options): number {
  const parameters = lame.malloc(20);
  if (parameters === 0) throw new Error("lame: out of memory");
  const view = new DataView(lame.memory.buffer, parameters);
  view.setUint32(0, 1, true); // channels
  view.setUint32(4, sampleRate, true);
  view.setUint32(8, bitrate / 1000, true);
  view.setFloat32(12, -1, true); // the quality of a variable bitrate: none
  view.setUint32(16, sampleRate, true); // of the output: LAME may choose another
  const stream = lame.enc_init(parameters);
  lame.free(parameters);
  if (stream === 0) {
    throw new Error(`lame: no stream of ${bitrate} bit/s at ${sampleRate} Hz: out of memory`);
  }
  return stream;
}
