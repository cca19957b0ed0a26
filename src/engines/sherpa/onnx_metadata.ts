/**
 * The notes in an ONNX file (`metadata_props`), read without its gigabytes.
 *
 * A model is a protocol buffer: fields one after the other, each with a number and a length. The
 * few that matter are read, the others are jumped over.
 *
 * @module
 */

/** Numbers of the fields of a `ModelProto`. */
const IR_VERSION = 1;
const GRAPH = 7;
const METADATA = 14;

/** Most bytes that a field's number and length take. */
const MAX_HEADER = 20;

/** Notes are some words, or the names of a thousand speakers; a longer one is not read. */
const MAX_NOTE = 1 << 20;

const NO_MODEL = "it is no ONNX model";
const CUT_SHORT = "it is cut short: load it again";

/** Why a file is of no use. */
export class OnnxError extends Error {
  override readonly name = "OnnxError";
}

/** A field's place: its number, and where its content begins and ends. */
interface Field {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Reads a model's notes.
 *
 * @throws {OnnxError} if the file is no ONNX model, or not all of one.
 * @throws {Error} if it cannot be read.
 */
export async function readOnnxMetadata(path: string): Promise<ReadonlyMap<string, string>> {
  using file = await Deno.open(path);
  const { size } = await file.stat();
  const notes = new Map<string, string>();
  const seen = new Set<number>();
  for (let at = 0; at < size;) {
    const header = await readAt(file, at, Math.min(MAX_HEADER, size - at));
    const { number, start, end } = fieldIn(header, 0);
    if (at + end > size) throw new OnnxError(seen.has(IR_VERSION) ? CUT_SHORT : NO_MODEL);
    if (number === METADATA && end - start <= MAX_NOTE) {
      const note = noteIn(await readAt(file, at + start, end - start));
      notes.set(note.key, note.value);
    }
    seen.add(number);
    at += end;
  }
  if (!seen.has(IR_VERSION) || !seen.has(GRAPH)) throw new OnnxError(NO_MODEL);
  return notes;
}

/** A `StringStringEntryProto`. */
function noteIn(bytes: Uint8Array): { readonly key: string; readonly value: string } {
  const note = { key: "", value: "" };
  for (let at = 0; at < bytes.length;) {
    const { number, start, end } = fieldIn(bytes, at);
    const text = new TextDecoder().decode(bytes.subarray(start, end));
    if (number === 1) note.key = text;
    else if (number === 2) note.value = text;
    at = end;
  }
  return note;
}

/** The field that begins there. */
function fieldIn(bytes: Uint8Array, at: number): Field {
  const tag = varintIn(bytes, at);
  const number = Math.floor(tag.value / 8);
  switch (tag.value % 8) {
    case 0:
      return { number, start: tag.end, end: varintIn(bytes, tag.end).end };
    case 1:
      return { number, start: tag.end, end: tag.end + 8 };
    case 2: {
      const length = varintIn(bytes, tag.end);
      return { number, start: length.end, end: length.end + length.value };
    }
    case 5:
      return { number, start: tag.end, end: tag.end + 4 };
    default:
      throw new OnnxError(NO_MODEL);
  }
}

/** A number in groups of seven bits, the lowest first. */
function varintIn(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) break;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  throw new OnnxError(NO_MODEL);
}

async function readAt(file: Deno.FsFile, at: number, length: number): Promise<Uint8Array> {
  await file.seek(at, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  for (let done = 0; done < length;) {
    const read = await file.read(bytes.subarray(done));
    if (read === null) throw new OnnxError(CUT_SHORT);
    done += read;
  }
  return bytes;
}
