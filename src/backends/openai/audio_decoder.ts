/**
 * The bytes of an answer as samples at the rate that the voice was announced with.
 *
 * @module
 */

import { fromBytes } from "../../lib/pcm/bytes.ts";
import type { Resampler } from "../../lib/pcm/resampler.ts";
import type { ResamplerBank } from "../../lib/pcm/resampler_bank.ts";
import { WavError } from "../../lib/pcm/wav.ts";
import { MemberError } from "../fleet/member.ts";
import { declaredFormat, sniff } from "./audio_format.ts";
import { WavStream } from "./wav_stream.ts";

/** Options of {@linkcode AudioDecoder}. */
export interface AudioDecoderOptions {
  /** Of the answer. */
  readonly headers: Headers;
  /** Of the samples to give, in Hz; also that of raw samples whose rate the headers do not say. */
  readonly sampleRate: number;
  readonly resamplers: ResamplerBank;
}

/**
 * Reads raw samples, 16-bit little-endian with one channel, cut at any byte; and WAV files, which
 * some servers give whatever they are asked for. Samples come as soon as their bytes do.
 */
export class AudioDecoder {
  readonly #options: AudioDecoderOptions;
  readonly #declaredRate: number | undefined;
  readonly #mustBeWav: boolean;
  /** What came before it was known what it is; undefined after that. */
  #head: Uint8Array<ArrayBuffer> | undefined = new Uint8Array(0);
  #wav: WavStream | undefined;
  /** The first byte of a sample whose second is still to come. */
  #half: number | undefined;
  #resampler: Resampler | undefined;

  /** @throws {MemberError} if the headers say that it is nothing that can be read here. */
  constructor(options: AudioDecoderOptions) {
    const { kind, mediaType, channels = 1, sampleRate } = declaredFormat(options.headers);
    this.#options = options;
    this.#mustBeWav = kind === "wav";
    this.#declaredRate = sampleRate;
    if (kind === "other") throw unreadable(`it answers with ${mediaType}`);
    if (channels !== 1) throw unreadable(`it answers with ${channels} channels`);
  }

  /**
   * Takes the next bytes, and gives the samples that they complete.
   *
   * @throws {MemberError} if it is nothing that can be read here.
   */
  push(bytes: Uint8Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
    const body = this.#head === undefined
      ? bytes
      : this.#identify(joined(this.#head, bytes), false);
    return this.#resampled(this.#samplesIn(body));
  }

  /**
   * Notes the end, and gives the samples that are left.
   *
   * @throws {MemberError} if the audio is not whole.
   */
  end(): Int16Array<ArrayBuffer> {
    const body = this.#head === undefined ? new Uint8Array(0) : this.#identify(this.#head, true);
    const last = this.#resampled(this.#samplesIn(body));
    this.#readWav((wav) => wav.end());
    if (this.#half !== undefined) {
      throw new MemberError("internal", "its audio ends in the middle of a sample");
    }
    const rest = this.#resampler?.end();
    return rest === undefined || rest.length === 0 ? last : joined(last, rest);
  }

  /** Finds out what it is; gives back the bytes as soon as that is known. */
  #identify(head: Uint8Array<ArrayBuffer>, isAll: boolean): Uint8Array<ArrayBuffer> {
    const kind = sniff(head, isAll);
    this.#head = kind === undefined ? head : undefined;
    if (kind === undefined) return new Uint8Array(0);
    if (kind === "WAV" || this.#mustBeWav) this.#wav = new WavStream();
    else if (kind !== "raw") throw unreadable(`it answers with ${kind}`);
    return head;
  }

  #samplesIn(body: Uint8Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
    const bytes = this.#readWav((wav) => wav.push(body)) ?? body;
    if (this.#half === undefined && bytes.length % 2 === 0) return fromBytes(bytes);
    const all = this.#half === undefined ? bytes : joined(Uint8Array.of(this.#half), bytes);
    const whole = all.length - all.length % 2;
    this.#half = all[whole];
    return fromBytes(all.subarray(0, whole));
  }

  #resampled(pcm: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
    if (pcm.length === 0) return pcm;
    this.#resampler ??= this.#openResampler();
    return this.#resampler.push(pcm);
  }

  #openResampler(): Resampler {
    const { sampleRate, resamplers } = this.#options;
    const rate = this.#wav?.sampleRate ?? this.#declaredRate ?? sampleRate;
    try {
      return resamplers.open(rate, sampleRate);
    } catch (error) {
      if (error instanceof RangeError) throw unreadable(`it answers with audio of ${rate} Hz`);
      throw error;
    }
  }

  #readWav<T>(read: (wav: WavStream) => T): T | undefined {
    if (this.#wav === undefined) return undefined;
    try {
      return read(this.#wav);
    } catch (error) {
      if (error instanceof WavError) {
        throw unreadable(`it answers with a bad WAV file: ${error.message}`);
      }
      throw error;
    }
  }
}

function unreadable(what: string): MemberError {
  return new MemberError("internal", `${what}; raw 16-bit mono PCM was asked for, WAV would do`);
}

function joined<T extends Uint8Array<ArrayBuffer> | Int16Array<ArrayBuffer>>(a: T, b: T): T {
  if (a.length === 0) return b;
  const all = new (a.constructor as new (length: number) => T)(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
