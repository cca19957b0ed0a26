/**
 * Mono WAV files of 16-bit PCM, mu-law and A-law.
 *
 * Layout after Microsoft's "Multimedia Programming Interface and Data Specifications 1.0" and RFC 2361.
 *
 * @module
 */

/** Encoding of the samples in a file. */
export type WavFormat = "pcm_s16le" | "mulaw" | "alaw";

/** What a file holds. */
export interface WavInfo {
  readonly format: WavFormat;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** The samples as they stand in the file: a view, not a copy. */
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Why some bytes are no WAV file that {@linkcode parseWav} can read. */
export class WavError extends Error {
  override name = "WavError";
}

/** Format tag and bytes per sample; the tags are those of RFC 2361, appendix A. */
const formats: Record<WavFormat, { readonly tag: number; readonly sampleBytes: number }> = {
  pcm_s16le: { tag: 1, sampleBytes: 2 },
  alaw: { tag: 6, sampleBytes: 1 },
  mulaw: { tag: 7, sampleBytes: 1 },
};

/** `WAVE_FORMAT_EXTENSIBLE`: the tag proper begins the sub-format, 24 bytes into the chunk. */
const EXTENSIBLE_TAG = 0xfffe;

/** What players take for "until the stream ends". */
const UNKNOWN_SIZE = 0xffffffff;

/** A number of samples that players do not believe: any other they take for the duration. */
const UNKNOWN_SAMPLES = 0;

/**
 * The bytes of a mono file before its samples: 44 for PCM, 58 else.
 *
 * @param format encoding of the samples.
 * @param sampleRate Hz.
 * @param dataBytes bytes of samples to follow; without it the sizes read 0xFFFFFFFF, as suits a
 * stream, and {@linkcode patchWavHeader} can put them right later. A file with an odd number needs
 * one zero byte at its very end, which the sizes allow for.
 * @throws {RangeError} if a file cannot be that long (4 GiB).
 */
export function wavHeader(
  format: WavFormat,
  sampleRate: number,
  dataBytes?: number,
): Uint8Array<ArrayBuffer> {
  const { tag, sampleBytes } = formats[format];
  // All but PCM must tell the size of their extension, 0, and the number of samples.
  const isPcm = format === "pcm_s16le";
  const formatBytes = isPcm ? 16 : 18;
  const header = new Uint8Array(20 + formatBytes + (isPcm ? 0 : 12) + 8);
  const view = new DataView(header.buffer);
  putId(header, 0, "RIFF");
  putId(header, 8, "WAVE");
  putId(header, 12, "fmt ");
  view.setUint32(16, formatBytes, true);
  view.setUint16(20, tag, true);
  view.setUint16(22, 1, true); // channels
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * sampleBytes, true); // bytes a second
  view.setUint16(32, sampleBytes, true); // bytes of one sample of all channels
  view.setUint16(34, 8 * sampleBytes, true); // bits a sample
  if (!isPcm) {
    putId(header, 38, "fact");
    view.setUint32(42, 4, true);
  }
  putId(header, header.length - 8, "data");
  if (dataBytes === undefined) putSizes(header, UNKNOWN_SIZE, UNKNOWN_SIZE);
  else patchWavHeader(header, dataBytes);
  return header;
}

/**
 * Writes the true sizes into a header that {@linkcode wavHeader} made.
 *
 * @param header exactly that header; changed in place.
 * @param dataBytes bytes of samples that followed it.
 * @throws {RangeError} if a file cannot be that long (4 GiB).
 */
export function patchWavHeader(header: Uint8Array<ArrayBuffer>, dataBytes: number): void {
  const riffSize = header.length - 8 + dataBytes + dataBytes % 2;
  if (!Number.isInteger(dataBytes) || dataBytes < 0 || riffSize >= UNKNOWN_SIZE) {
    throw new RangeError(`a WAV file cannot hold ${dataBytes} bytes of samples`);
  }
  putSizes(header, riffSize, dataBytes);
}

/**
 * Reads a WAV file, also a streamed one whose sizes are unknown, and one cut off early: the data
 * then reaches to the end of the bytes.
 *
 * @throws {WavError} saying what is wrong and where.
 */
export function parseWav(bytes: Uint8Array<ArrayBuffer>): WavInfo {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12) throw new WavError(`${bytes.length} bytes are too few for a WAV file`);
  if (idAt(bytes, 0) !== "RIFF" || idAt(bytes, 8) !== "WAVE") {
    throw new WavError(`not a WAV file: it begins with ${JSON.stringify(idAt(bytes, 0))}`);
  }
  let description: Omit<WavInfo, "data"> | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const id = idAt(bytes, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    if (id === "data") {
      if (!description) throw new WavError(`"data" at byte ${at} comes before "fmt "`);
      return { ...description, data: bytes.subarray(body, body + size) };
    }
    if (body + size > bytes.length) {
      throw new WavError(`chunk ${JSON.stringify(id)} at byte ${at} is cut off`);
    }
    if (id === "fmt ") description = parseFormat(view, body, size);
    at = body + size + size % 2;
  }
  throw new WavError(`no "${description ? "data" : "fmt "}" chunk in ${bytes.length} bytes`);
}

function parseFormat(view: DataView, at: number, size: number): Omit<WavInfo, "data"> {
  if (size < 16) throw new WavError(`"fmt " has ${size} bytes, needs 16`);
  const outerTag = view.getUint16(at, true);
  const tag = outerTag === EXTENSIBLE_TAG && size >= 26 ? view.getUint16(at + 24, true) : outerTag;
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  for (const format of Object.keys(formats) as WavFormat[]) {
    const { tag: formatTag, sampleBytes } = formats[format];
    if (formatTag !== tag) continue;
    if (bits !== 8 * sampleBytes) throw new WavError(`${format} of ${bits} bits is not supported`);
    return { format, sampleRate, channels };
  }
  throw new WavError(`format tag ${tag} is not supported; 1 (PCM), 6 (A-law), 7 (mu-law) are`);
}

function putSizes(header: Uint8Array<ArrayBuffer>, riffSize: number, dataBytes: number): void {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  view.setUint32(4, riffSize, true);
  view.setUint32(header.length - 4, dataBytes, true);
  if (idAt(header, 38) !== "fact") return;
  // Of the encodings, only those of one byte a sample have it: its count is the data's.
  view.setUint32(46, dataBytes === UNKNOWN_SIZE ? UNKNOWN_SAMPLES : dataBytes, true);
}

function putId(bytes: Uint8Array, at: number, id: string): void {
  for (let i = 0; i < 4; i++) bytes[at + i] = id.charCodeAt(i);
}

function idAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
