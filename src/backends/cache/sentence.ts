/**
 * A whole sentence as it is kept, and as it is handed out again.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import { msToSamples } from "../../lib/pcm/duration.ts";
import type { AudioChunk, WordTiming } from "../../speech/backend.ts";

/** A sentence that was synthesised to its end. Shared by all who hear it: nobody may write to it. */
export interface KeptSentence {
  /** All of its audio, in memory of its own. */
  readonly pcm: Int16Array<ArrayBuffer>;
  readonly words: readonly WordTiming[];
}

/** Memory of one word timing: an object of four numbers, two of them not whole; in bytes. */
const WORD_BYTES = 96;

/** Memory of what surrounds a sentence: objects, buffer and its places in the index; in bytes. */
const SENTENCE_BYTES = 512;

/** Audio of one chunk that is handed out, in ms: what has to be resampled before anything is heard. */
const CHUNK_MS = 100;

/** Chunks after the first that are handed out before others get a turn. */
const CHUNKS_PER_TURN = 10;

/** Bytes that a sentence takes in memory, with the key that it is found by. */
export function bytesOf(key: string, { pcm, words }: KeptSentence): number {
  return SENTENCE_BYTES + 2 * key.length + pcm.byteLength + WORD_BYTES * words.length;
}

/** Puts a sentence together; the chunks are copied, since they may be parts of larger buffers. */
export function joinChunks(chunks: readonly AudioChunk[]): KeptSentence {
  const pcm = new Int16Array(chunks.reduce((sum, chunk) => sum + chunk.pcm.length, 0));
  let position = 0;
  for (const chunk of chunks) {
    pcm.set(chunk.pcm, position);
    position += chunk.pcm.length;
  }
  return { pcm, words: chunks.flatMap(({ words }) => words ?? []) };
}

/** Options of {@linkcode replay}. */
export interface ReplayOptions {
  readonly clock: Clock;
  /** Hz. */
  readonly sampleRate: number;
  readonly signal: AbortSignal;
}

/**
 * A kept sentence as a stream, with all of its words in the first chunk. That chunk comes without any
 * waiting. Then, and after each second more, others get a turn: the first frame can leave, and
 * whoever resamples a long sentence does not keep all listeners waiting.
 *
 * @throws the signal's reason when it aborts.
 */
export async function* replay(
  { pcm, words }: KeptSentence,
  { clock, sampleRate, signal }: ReplayOptions,
): AsyncGenerator<AudioChunk, void, void> {
  const chunkSamples = msToSamples(CHUNK_MS, sampleRate);
  for (let from = 0, chunk = 0; from < pcm.length; from += chunkSamples, chunk++) {
    if (chunk % CHUNKS_PER_TURN === 1) await turn(clock);
    signal.throwIfAborted();
    const part = pcm.subarray(from, from + chunkSamples);
    yield from === 0 && words.length > 0 ? { pcm: part, words } : { pcm: part };
  }
}

function turn(clock: Clock): Promise<void> {
  return new Promise((resolve) => void clock.after(0, resolve));
}
