/**
 * WAV as it comes: to a file or to standard output.
 *
 * @module
 */

import { patchWavHeader, type WavFormat, wavHeader } from "../lib/pcm/wav.ts";
import type { AudioSink } from "./audio_sink.ts";

/**
 * A WAV file on disk. It is playable at any moment: until the sizes are known, its header says that
 * it reaches to its end.
 *
 * Writes are synchronous: a disk takes 100 ms of audio faster than a promise resolves, nothing
 * waits in memory, and even a hurried end leaves a whole file.
 */
export class WavFile implements AudioSink {
  readonly #file: Deno.FsFile;
  readonly #header: Uint8Array<ArrayBuffer>;
  #dataBytes = 0;
  #isClosed = false;

  /**
   * Creates the file, or empties it.
   *
   * @param sampleRate Hz.
   * @throws {Error} of Deno's if it cannot be written.
   */
  constructor(path: string, format: WavFormat, sampleRate: number) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
    this.#header = wavHeader(format, sampleRate);
    writeAllSync(this.#file, this.#header);
  }

  /** @throws {Error} of Deno's if the disk is full, and {@linkcode RangeError} at 4 GiB. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    patchWavHeader(this.#header, this.#dataBytes + bytes.length);
    writeAllSync(this.#file, bytes);
    this.#dataBytes += bytes.length;
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.finish();
    return Promise.resolve();
  }

  /** Writes the true sizes. Idempotent. */
  finish(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // The pad byte of a chunk with an odd number of bytes.
    if (this.#dataBytes % 2 === 1) writeAllSync(this.#file, new Uint8Array(1));
    patchWavHeader(this.#header, this.#dataBytes);
    // What else is open for writing, such as a pipe or /dev/null, has no beginning to go back to.
    if (this.#file.statSync().isFile) {
      this.#file.seekSync(0, Deno.SeekMode.Start);
      writeAllSync(this.#file, this.#header);
    }
    this.#file.close();
  }
}

/** A WAV file into a stream; its header says that it reaches to its end. */
export class WavStream implements AudioSink {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBufferLike>>;
  #header: Uint8Array<ArrayBuffer> | undefined;
  #closed: Promise<void> | undefined;

  /** @param sampleRate Hz. */
  constructor(
    stream: WritableStream<Uint8Array<ArrayBufferLike>>,
    format: WavFormat,
    sampleRate: number,
  ) {
    this.#writer = stream.getWriter();
    this.#header = wavHeader(format, sampleRate);
  }

  /** @throws {Error} of Deno's if nobody reads any more. */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#writeHeader();
    await this.#writer.write(bytes);
  }

  close(): Promise<void> {
    this.#closed ??= this.#writeHeader().then(() => this.#writer.close());
    return this.#closed;
  }

  async #writeHeader(): Promise<void> {
    const header = this.#header;
    this.#header = undefined;
    if (header !== undefined) await this.#writer.write(header);
  }
}

function writeAllSync(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}
