/**
 * A stream of audio as a file that grows: any number of samples in, bytes out, and an end. What a
 * live session sends in single messages is in `audio_encoder.ts`.
 *
 * @module
 */

/** Encodes one stream of mono audio to one file. */
export interface StreamEncoder {
  /**
   * Takes the next samples, any number of them. The bytes are empty while a block is gathered, and
   * all bytes together do not depend on how the samples were cut.
   *
   * The bytes stay as they are, so they may be sent at any time later, provided that `pcm` does:
   * those of `pcm_s16le` are the samples' own memory.
   *
   * @throws {Error} if the file is finished or closed.
   */
  encode(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /**
   * The rest of the file: what was still held, and whatever its format ends with.
   *
   * @throws {Error} if the file is finished or closed.
   */
  finish(): Uint8Array<ArrayBuffer>;
  /**
   * Frees the encoder's memory, which the garbage collector does not see; finished or not, every
   * encoder has to be closed. More than once does nothing.
   */
  close(): void;
}

/** A format whose library is loaded: opens encoders at any moment. */
export interface Format {
  /** The media type of a file. */
  readonly contentType: string;
  /** Hz, of the samples that an encoder takes. */
  readonly sampleRate: number;
  /** Samples of silence that a player hears before the first of the stream. */
  readonly delaySamples: number;
  /** @throws {Error} if memory is exhausted. */
  createEncoder(): StreamEncoder;
}

/** What a format does with the samples; {@linkcode openStream} sees to the order of the calls. */
export interface StreamCodec {
  /** Comes before all else, if the stream is empty too. */
  readonly header?: Uint8Array<ArrayBuffer>;
  encode(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  finish(): Uint8Array<ArrayBuffer>;
  /** Called once, last of all. */
  free(): void;
}

/**
 * Makes a codec an encoder that takes no call out of order.
 *
 * @param name of the format, for messages.
 */
export function openStream(name: string, codec: StreamCodec): StreamEncoder {
  let state: "open" | "finished" | "closed" = "open";
  let header = codec.header;
  const assertOpen = () => {
    if (state !== "open") throw new Error(`the ${name} encoder is ${state}`);
  };
  const withHeader = (bytes: Uint8Array<ArrayBuffer>) => {
    const parts = header === undefined ? [bytes] : [header, bytes];
    header = undefined;
    return joinBytes(parts);
  };
  return {
    encode(pcm) {
      assertOpen();
      return withHeader(codec.encode(pcm));
    },
    finish() {
      assertOpen();
      state = "finished";
      return withHeader(codec.finish());
    },
    close() {
      if (state === "closed") return;
      state = "closed";
      codec.free();
    },
  };
}

/** One array of all bytes; a single part comes back as it is. */
export function joinBytes(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
