/**
 * Which quotes and brackets are open at a place in the text.
 *
 * @module
 */

import { isWhite, PAIRS } from "./characters.ts";

/** Deeper nesting than this is no prose, and memory is not to grow with it. */
const DEEPEST = 8;

/** The open quotes and brackets, fed with the text's brackets in order. */
export class Nesting {
  readonly #closers: string[] = [];

  /** How many are open. */
  get depth(): number {
    return this.#closers.length;
  }

  /** The closer that would end the innermost, or "". */
  get closer(): string {
    return this.#closers.at(-1) ?? "";
  }

  /** Takes note of the bracket at `index` of a text whose piece starts at `start`. */
  pass(text: string, index: number, start: number): void {
    const mark = text.charAt(index);
    const begins = index === start || isWhite(text.charCodeAt(index - 1));
    const opened = this.#closers.lastIndexOf(mark);
    if (mark === '"') {
      if (opened >= 0) this.#closers.length = opened;
      else if (begins || /[(\[{—–-]/.test(text.charAt(index - 1))) this.#open(mark);
      return;
    }
    if (opened >= 0) {
      this.#closers.length = opened;
      return;
    }
    if (mark === "„") return this.#open("“");
    const place = PAIRS.indexOf(mark);
    if (place % 2 === 0) return this.#open(PAIRS.charAt(place + 1));
    // German and Danish books quote »so«.
    if (mark === "»" && begins) this.#open("«");
  }

  /** A paragraph's end closes everything: an emoticon's bracket is not to last. */
  clear(): void {
    this.#closers.length = 0;
  }

  #open(closer: string): void {
    if (this.#closers.length < DEEPEST) this.#closers.push(closer);
  }
}
