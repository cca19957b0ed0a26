/**
 * Says which sentence is next: the one whose listener runs out of audio first.
 *
 * Sessions are asked, not stored in: each keeps its own sentences and holds one place here, so the
 * queue is bounded by the sessions' look-ahead, and what a barge-in drops was never copied.
 *
 * @module
 */

import { Heap, type HeapItem } from "../lib/heap.ts";
import type { AudioChunk } from "./backend.ts";
import type { SentenceRef } from "./events.ts";

/** The work of speaking one sentence, as a worker sees it. */
export interface SynthesisJob {
  readonly sentence: SentenceRef;
  readonly text: string;
  readonly voice: string;
  readonly speed: number;
  /** Aborts when nobody wants the sentence any more. */
  readonly signal: AbortSignal;
  /** Takes a chunk of audio; throws when the sentence has grown beyond its limit. */
  accept(chunk: AudioChunk): void;
  /** The sentence is whole. */
  complete(): void;
  /** The sentence could not be spoken, or not to its end. */
  fail(message: string): void;
}

/** Somebody with sentences to be spoken, in their order. */
export interface SentenceSource {
  /** Sentences that could be taken now, within the look-ahead. */
  readonly eligible: number;
  /** Clock time, ms, at which the listener runs out of audio without the next sentence. */
  readonly dueAt: number;
  /** Hands out the next sentence. Only called when `eligible` is above zero. */
  take(): SynthesisJob;
}

interface Place extends HeapItem {
  readonly source: SentenceSource;
  dueAt: number;
  /** When the source was last served, as a count: ties go to who has waited longest. */
  servedAt: number;
  eligible: number;
}

/** Options of {@linkcode Scheduler}. */
export interface SchedulerOptions {
  /** Sentences that may wait before new text is refused. */
  readonly maxQueueDepth: number;
}

/** Earliest playout deadline first; ties go round-robin over the sources. */
export class Scheduler {
  readonly #maxQueueDepth: number;
  readonly #places = new Map<SentenceSource, Place>();
  readonly #queue = new Heap<Place>((a, b) =>
    a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.servedAt < b.servedAt)
  );
  readonly #idleWorkers: ((job: SynthesisJob) => void)[] = [];
  #served = 0;
  #depth = 0;

  constructor(options: SchedulerOptions) {
    this.#maxQueueDepth = options.maxQueueDepth;
  }

  /** Sentences waiting for a worker. */
  get depth(): number {
    return this.#depth;
  }

  /** Whether new text must be refused. */
  get isFull(): boolean {
    return this.#depth >= this.#maxQueueDepth;
  }

  /** The limit behind {@linkcode isFull}. */
  get maxQueueDepth(): number {
    return this.#maxQueueDepth;
  }

  /** To be called whenever a source's `eligible` or `dueAt` has changed. */
  update(source: SentenceSource): void {
    let place = this.#places.get(source);
    if (place === undefined) {
      if (source.eligible === 0) return;
      place = { source, dueAt: 0, servedAt: this.#served, eligible: 0, heapIndex: -1 };
      this.#places.set(source, place);
    }
    this.#refresh(place);
    this.#dispatch();
  }

  /** Forgets a source; one that is not known changes nothing. */
  remove(source: SentenceSource): void {
    const place = this.#places.get(source);
    if (place === undefined) return;
    this.#places.delete(source);
    this.#queue.remove(place);
    this.#depth -= place.eligible;
  }

  /** The next sentence, as soon as there is one. Rejects with the signal's reason on abort. */
  next(signal: AbortSignal): Promise<SynthesisJob> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#idleWorkers.splice(this.#idleWorkers.indexOf(hire), 1);
        reject(signal.reason);
      };
      const hire = (job: SynthesisJob) => {
        signal.removeEventListener("abort", onAbort);
        resolve(job);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#idleWorkers.push(hire);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#idleWorkers.length > 0) {
      const place = this.#queue.peek();
      if (place === undefined) return;
      place.servedAt = ++this.#served;
      const job = place.source.take();
      this.#refresh(place);
      this.#idleWorkers.shift()!(job);
    }
  }

  #refresh(place: Place): void {
    const eligible = place.source.eligible;
    this.#depth += eligible - place.eligible;
    place.eligible = eligible;
    if (eligible === 0) return this.#queue.remove(place);
    place.dueAt = place.source.dueAt;
    this.#queue.put(place);
  }
}
