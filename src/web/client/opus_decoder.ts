/**
 * Opus by the browser's own decoder (WebCodecs).
 *
 * @module
 */

import type { Decoder, Deliver } from "./decoder.ts";
import { SyrinxError } from "./errors.ts";

/** The rate that Opus decodes to, whatever went in, in Hz. */
const RATE = 48_000;

/** Duration of one packet, in microseconds. */
const PACKET_US = 20_000;

/** As much of WebCodecs as is used here. */
interface AudioDataLike {
  readonly numberOfFrames: number;
  readonly sampleRate: number;
  copyTo(destination: Float32Array, options: { planeIndex: number; format: "f32-planar" }): void;
  close(): void;
}
interface AudioDecoderLike {
  readonly state: string;
  configure(config: { codec: string; sampleRate: number; numberOfChannels: number }): void;
  decode(chunk: object): void;
  close(): void;
}
interface WebCodecs {
  readonly AudioDecoder?: new (init: {
    output: (data: AudioDataLike) => void;
    error: (error: Error) => void;
  }) => AudioDecoderLike;
  readonly EncodedAudioChunk?: new (init: {
    type: "key";
    timestamp: number;
    data: Uint8Array<ArrayBuffer>;
  }) => object;
}

/** Whether Opus can be decoded here. */
export function canDecodeOpus(): boolean {
  const { AudioDecoder, EncodedAudioChunk } = globalThis as WebCodecs;
  return AudioDecoder !== undefined && EncodedAudioChunk !== undefined;
}

/** Each packet gives one piece of audio, later and in order. */
export class OpusDecoder implements Decoder {
  readonly #decoder: AudioDecoderLike;
  /** What waits: for the audio of a packet, or for those before it. */
  readonly #queue: ({ readonly deliver: Deliver } | { readonly callback: () => void })[] = [];
  #packets = 0;
  #isBroken = false;

  /** @param onError is told when it cannot go on; nothing is delivered any more. */
  constructor(onError: (error: Error) => void) {
    const { AudioDecoder } = globalThis as WebCodecs;
    if (AudioDecoder === undefined) {
      throw new SyrinxError("bad_option", "opus needs WebCodecs, which is not there");
    }
    this.#decoder = new AudioDecoder({
      output: (data) => this.#output(data),
      error: (error) => {
        this.#isBroken = true;
        this.#callBack();
        onError(error);
      },
    });
    this.#decoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 1 });
  }

  decode(bytes: Uint8Array<ArrayBuffer>, deliver: Deliver): void {
    if (this.#isBroken) return;
    const { EncodedAudioChunk } = globalThis as WebCodecs;
    this.#queue.push({ deliver });
    const timestamp = PACKET_US * this.#packets++;
    this.#decoder.decode(new EncodedAudioChunk!({ type: "key", timestamp, data: bytes }));
  }

  after(callback: () => void): void {
    this.#queue.push({ callback });
    this.#callBack();
  }

  close(): void {
    this.#queue.length = 0;
    if (this.#decoder.state !== "closed") this.#decoder.close();
  }

  #output(data: AudioDataLike): void {
    const { numberOfFrames, sampleRate } = data;
    const samples = new Float32Array(numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
    data.close();
    const next = this.#queue.shift();
    if (next !== undefined && "deliver" in next) next.deliver(toPcm(samples), sampleRate);
    this.#callBack();
  }

  /** Calls back those that wait for nothing any more. */
  #callBack(): void {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      if ("deliver" in next && !this.#isBroken) return;
      this.#queue.shift();
      if ("callback" in next) next.callback();
    }
  }
}

function toPcm(samples: Float32Array): Int16Array<ArrayBuffer> {
  return Int16Array.from(
    samples,
    (sample) => Math.max(-0x8000, Math.min(0x7fff, Math.round(sample * 0x8000))),
  );
}
