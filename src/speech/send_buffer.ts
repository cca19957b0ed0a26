/**
 * Whether more audio can be handed over, or what was has to leave first.
 *
 * @module
 */

/** What is asked how much it holds. */
export interface Buffering {
  /** Bytes handed over that have not left the process yet. */
  readonly bufferedBytes: number;
}

/** Bytes that any sink has room for. */
const SMALL_BYTES = 16_384;

/** Bytes of encoded audio for each of PCM, at the most: 32 bits a sample, or base64 in JSON. */
const MOST_ENCODED = 2;

/** One session's view of its sink. Asking it costs more than counting, so it is asked when it may matter. */
export class SendBuffer {
  readonly #sink: Buffering;
  readonly #maxBytes: () => number;
  /** Bytes of audio inside, if none has left since it was asked; not known at first. */
  #bytesAtMost = Infinity;
  #fullSince: number | undefined;

  /** @param maxBytes bytes above which it is full. */
  constructor(sink: Buffering, maxBytes: () => number) {
    this.#sink = sink;
    this.#maxBytes = maxBytes;
  }

  /** Clock time, ms, since when it has been full whenever there was something to send; undefined: it is not. */
  fullSince(now: number): number | undefined {
    // The buffer of a client that reads is empty.
    if (this.#bytesAtMost < SMALL_BYTES) return undefined;
    this.#bytesAtMost = this.#sink.bufferedBytes;
    if (this.#bytesAtMost <= this.#maxBytes()) this.#fullSince = undefined;
    else this.#fullSince ??= now;
    return this.#fullSince;
  }

  /** Nothing is to be sent now: it does not hold anybody up. */
  rest(): void {
    this.#fullSince = undefined;
  }

  /** Notes audio handed over. */
  add(pcm: Int16Array): void {
    this.#bytesAtMost += pcm.byteLength * MOST_ENCODED;
  }
}
