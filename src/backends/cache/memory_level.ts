/**
 * Sentences in the memory of the process; the one file that knows the library that counts them.
 *
 * @module
 */

import { LRUCache } from "lru-cache";
import { bytesOf, type KeptSentence } from "./sentence.ts";

/** A longer sentence than this part of the cache would push too many others out. */
const LARGEST_SHARE = 1 / 8;

/** Keeps what was used last, within a number of bytes. */
export class MemoryLevel {
  /** Bytes of the largest sentence that is kept. */
  readonly maxSentenceBytes: number;
  readonly #sentences: LRUCache<string, KeptSentence>;
  #evictions = 0;

  /** @param maxBytes at least 1. */
  constructor(maxBytes: number) {
    this.maxSentenceBytes = Math.max(1, Math.floor(maxBytes * LARGEST_SHARE));
    this.#sentences = new LRUCache({
      maxSize: maxBytes,
      maxEntrySize: this.maxSentenceBytes,
      sizeCalculation: (sentence, key) => bytesOf(key, sentence),
      dispose: (_sentence, _key, reason) => {
        if (reason === "evict") this.#evictions++;
      },
    });
  }

  /** Bytes of all sentences inside. */
  get bytes(): number {
    return this.#sentences.calculatedSize;
  }

  /** Sentences inside. */
  get count(): number {
    return this.#sentences.size;
  }

  /** Sentences that went to make room for others. */
  get evictions(): number {
    return this.#evictions;
  }

  get(key: string): KeptSentence | undefined {
    return this.#sentences.get(key);
  }

  /** Keeps it, unless it is too large. */
  put(key: string, sentence: KeptSentence): void {
    this.#sentences.set(key, sentence);
  }
}
