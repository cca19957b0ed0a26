/**
 * A WAV file that is read while it arrives.
 *
 * @module
 */

import { parseWav, WavError } from "../../lib/pcm/wav.ts";

/** Bytes in which a header has to end. */
const MAX_HEADER = 65_536;

/** Sizes from here on stand for "until the stream ends": nobody speaks for half a day. */
const UNKNOWN_SIZE = 0x7fff_0000;

/** See the module. Only 16-bit PCM with one channel can be read. */
export class WavStream {
  /** What came, until it holds the whole header. */
  #head = new Uint8Array(0);
  /** Sample bytes to come; undefined before the header has told. */
  #left: number | undefined;
  #sampleRate: number | undefined;

  /** Hz; undefined before the header was there. */
  get sampleRate(): number | undefined {
    return this.#sampleRate;
  }

  /**
   * Takes the next bytes, and gives the sample bytes among them.
   *
   * @throws {WavError} saying why it cannot be read.
   */
  push(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const samples = this.#left === undefined ? this.#readHeader(bytes) : bytes;
    const left = this.#left ?? 0;
    // Behind the samples there may be notes.
    const taken = samples.length <= left ? samples : samples.subarray(0, left);
    if (this.#left !== undefined) this.#left = left - taken.length;
    return taken;
  }

  /** Notes the end. @throws {WavError} if the file is not whole. */
  end(): void {
    if (this.#left === undefined) parseWav(this.#head);
    const left = this.#left ?? 0;
    if (left > 0 && left !== Infinity) throw new WavError(`${left} bytes of samples are missing`);
  }

  /** Gives the sample bytes behind the header, if that has come to its end. */
  #readHeader(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const head = new Uint8Array(this.#head.length + bytes.length);
    head.set(this.#head);
    head.set(bytes, this.#head.length);
    this.#head = head;
    let info;
    try {
      info = parseWav(head);
    } catch (error) {
      if (head.length > MAX_HEADER) throw error;
      return new Uint8Array(0);
    }
    const { format, channels, sampleRate, data } = info;
    if (format !== "pcm_s16le") throw new WavError(`${format} is not supported, 16-bit PCM is`);
    if (channels !== 1) throw new WavError(`${channels} channels are not supported, one is`);
    const size = new DataView(head.buffer).getUint32(data.byteOffset - 4, true);
    // Some that do not know the size yet say 0.
    this.#left = size === 0 || size >= UNKNOWN_SIZE ? Infinity : size;
    this.#sampleRate = sampleRate;
    this.#head = new Uint8Array(0);
    return head.subarray(data.byteOffset);
  }
}
