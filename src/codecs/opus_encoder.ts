/**
 * Opus (RFC 6716) in packets of 20 ms.
 *
 * @module
 */

import type { AudioEncoder } from "./audio_encoder.ts";
import { allocateOpus, checkOpus, opus } from "./opus_library.ts";

/** Packets a second. 20 ms is the duration that RFC 6716, section 2.1.4 recommends for most uses. */
const PACKETS_PER_SECOND = 50;

/** The room that libopus' manual recommends for a packet, in bytes; real ones have some 60 to 100. */
const MAX_PACKET_BYTES = 4000;

/**
 * Average bits a second (variable bit rate) per sample rate: the upper ends of the "sweet spots" for
 * speech in RFC 6716, section 2.1.1, and somewhat more, since synthetic speech is clean and
 * listened to closely.
 */
const bitrates: Record<number, number> = {
  8000: 16_000,
  16000: 24_000,
  24000: 32_000,
  48000: 40_000,
};

/** 0 to 10. At 16 kHz, 5 takes half the time of 10 (130 instead of 70 times real time). */
const COMPLEXITY = 5;

// Numbers of opus_defines.h.
const APPLICATION_AUDIO = 2049;
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const SET_SIGNAL = 4024;
const GET_LOOKAHEAD = 4027;
const SIGNAL_VOICE = 3001;

/** Options of {@linkcode OpusEncoder}. */
export interface OpusEncoderOptions {
  /**
   * Average bits a second, 6000 to 256,000.
   * @default {16,000 at 8 kHz, 24,000 at 16 kHz, 32,000 at 24 kHz, 40,000 at 48 kHz}
   */
  readonly bitrate?: number | undefined;
}

/**
 * Encodes mono speech to Opus packets, bare ones without a container.
 *
 * Takes 48 KB of memory outside JavaScript's heap until it is closed. A packet depends on those
 * before it: give it the audio in the order in which it is sent, and only what is sent, not what
 * may yet be dropped.
 */
export class OpusEncoder implements AudioEncoder {
  readonly packetSamples: number;
  /** libopus' look-ahead, 6.5 ms; 312 at 48 kHz, the unit of the "pre-skip" of Ogg Opus (RFC 7845). */
  readonly delaySamples: number;
  /** The C encoder, followed by its input and output; 0 once closed. */
  #state: number;
  readonly #pcm: number;
  readonly #packet: number;

  /**
   * @param sampleRate Hz: 8000, 16000, 24000 or 48000.
   * @throws {RangeError} if it is another one.
   * @throws {Error} if memory is exhausted (2 GiB, 44,000 encoders).
   */
  constructor(sampleRate: number, options: OpusEncoderOptions = {}) {
    const usualBitrate = bitrates[sampleRate];
    if (usualBitrate === undefined) {
      throw new RangeError(`Opus has no sample rate of ${sampleRate} Hz`);
    }
    const bitrate = options.bitrate ?? usualBitrate;
    this.packetSamples = sampleRate / PACKETS_PER_SECOND;
    const stateBytes = opus.opus_encoder_get_size(1);
    const pcmBytes = 2 * this.packetSamples;
    this.#state = allocateOpus(stateBytes + pcmBytes + MAX_PACKET_BYTES);
    this.#pcm = this.#state + stateBytes;
    this.#packet = this.#pcm + pcmBytes;
    try {
      // "VoIP" would put a high-pass filter against rumble in front. Synthetic speech has none, and
      // the filter's phase turns 23 dB between signal and error at 16 kHz into 6 dB.
      checkOpus(opus.opus_encoder_init(this.#state, sampleRate, 1, APPLICATION_AUDIO));
      checkOpus(opus.opus_encoder_ctl_set(this.#state, SET_BITRATE, bitrate));
      checkOpus(opus.opus_encoder_ctl_set(this.#state, SET_COMPLEXITY, COMPLEXITY));
      checkOpus(opus.opus_encoder_ctl_set(this.#state, SET_SIGNAL, SIGNAL_VOICE));
      this.delaySamples = opus.opus_encoder_ctl_get(this.#state, GET_LOOKAHEAD);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  encode(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (this.#state === 0) throw new Error("the Opus encoder is closed");
    if (pcm.length !== this.packetSamples) {
      throw new RangeError(`an Opus packet has ${this.packetSamples} samples, got ${pcm.length}`);
    }
    new Int16Array(opus.memory.buffer, this.#pcm, pcm.length).set(pcm);
    const size = checkOpus(
      opus.opus_encode(this.#state, this.#pcm, pcm.length, this.#packet, MAX_PACKET_BYTES),
    );
    return new Uint8Array(opus.memory.buffer as ArrayBuffer, this.#packet, size).slice();
  }

  close(): void {
    if (this.#state === 0) return;
    opus.free(this.#state);
    this.#state = 0;
  }
}
