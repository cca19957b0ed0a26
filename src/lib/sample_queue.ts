/**
 * PCM in chunks of any size in, in slices of any size out.
 *
 * @module
 */

/** A first-in-first-out queue of PCM samples (signed 16 bit, mono). */
export class SampleQueue {
  #chunks: Int16Array<ArrayBuffer>[] = [];
  /** Samples of the first chunk that have been read. */
  #readOfFirst = 0;
  #length = 0;

  /** Samples inside. */
  get length(): number {
    return this.#length;
  }

  /** Appends samples. The array is kept, not copied: it must not be written to afterwards. */
  push(pcm: Int16Array<ArrayBuffer>): void {
    if (pcm.length === 0) return;
    this.#chunks.push(pcm);
    this.#length += pcm.length;
  }

  /** Takes out `count` samples, or all there are if fewer; a view where one chunk holds them all. */
  read(count: number): Int16Array<ArrayBuffer> {
    const wanted = Math.min(count, this.#length);
    const first = this.#chunks[0];
    if (first === undefined) return new Int16Array(0);
    if (first.length - this.#readOfFirst >= wanted) return this.#readFirst(first, wanted);
    const out = new Int16Array(wanted);
    let filled = 0;
    while (filled < wanted) {
      const chunk = this.#chunks[0]!;
      const part = this.#readFirst(
        chunk,
        Math.min(wanted - filled, chunk.length - this.#readOfFirst),
      );
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  }

  /** Forgets everything inside. */
  clear(): void {
    this.#chunks = [];
    this.#readOfFirst = 0;
    this.#length = 0;
  }

  #readFirst(chunk: Int16Array<ArrayBuffer>, count: number): Int16Array<ArrayBuffer> {
    const part = chunk.subarray(this.#readOfFirst, this.#readOfFirst + count);
    this.#readOfFirst += count;
    this.#length -= count;
    if (this.#readOfFirst === chunk.length) {
      this.#chunks.shift();
      this.#readOfFirst = 0;
    }
    return part;
  }
}
