/**
 * A sentence as bytes, for a store that other servers read too.
 *
 * | bytes | what it is (little-endian)                                                       |
 * | ----- | -------------------------------------------------------------------------------- |
 * | 4     | `SYX1`; the last one is the format's version                                     |
 * | 4     | number of samples, unsigned                                                      |
 * | 4     | number of words, unsigned                                                        |
 * | 24    | for each word: start and end in the text (4 each), start and end in ms (8 each)  |
 * | 2     | for each sample: signed 16 bit                                                   |
 *
 * @module
 */

import { fromBytes, toBytes } from "../../lib/pcm/bytes.ts";
import type { WordTiming } from "../../speech/backend.ts";
import type { KeptSentence } from "./sentence.ts";

/** Version of the format, and of what a key says. */
export const FORMAT_VERSION = 1;

/** `SYX1` as a little-endian number. */
const MAGIC = 0x00_58_59_53 + (0x30 + FORMAT_VERSION) * 2 ** 24;

const HEADER_BYTES = 12;
const WORD_BYTES = 24;

/** Bytes that {@linkcode encode} makes of it. */
export function encodedBytes({ pcm, words }: KeptSentence): number {
  return HEADER_BYTES + WORD_BYTES * words.length + pcm.byteLength;
}

/** The sentence as bytes. */
export function encode(sentence: KeptSentence): Uint8Array<ArrayBuffer> {
  const { pcm, words } = sentence;
  const bytes = new Uint8Array(encodedBytes(sentence));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, pcm.length, true);
  view.setUint32(8, words.length, true);
  words.forEach((word, index) => {
    const at = HEADER_BYTES + WORD_BYTES * index;
    view.setUint32(at, word.start, true);
    view.setUint32(at + 4, word.end, true);
    view.setFloat64(at + 8, word.startMs, true);
    view.setFloat64(at + 16, word.endMs, true);
  });
  bytes.set(toBytes(pcm), HEADER_BYTES + WORD_BYTES * words.length);
  return bytes;
}

/** The sentence again, in memory of its own; undefined for bytes that are none. */
export function decode(bytes: Uint8Array): KeptSentence | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return undefined;
  const wordCount = view.getUint32(8, true);
  const audioAt = HEADER_BYTES + WORD_BYTES * wordCount;
  if (bytes.length !== audioAt + 2 * view.getUint32(4, true)) return undefined;
  const words = Array.from({ length: wordCount }, (_, index) => readWord(view, index));
  if (!words.every(isSound)) return undefined;
  return { pcm: fromBytes(Uint8Array.from(bytes.subarray(audioAt))), words };
}

function readWord(view: DataView, index: number): WordTiming {
  const at = HEADER_BYTES + WORD_BYTES * index;
  return {
    start: view.getUint32(at, true),
    end: view.getUint32(at + 4, true),
    startMs: view.getFloat64(at + 8, true),
    endMs: view.getFloat64(at + 16, true),
  };
}

function isSound({ start, end, startMs, endMs }: WordTiming): boolean {
  return start <= end && Number.isFinite(startMs) && Number.isFinite(endMs);
}
