/**
 * Says which sentence is next: the one whose listener runs out of audio first, and where there is not
 * enough for all, one of the tenant that has had least of its share.
 *
 * Sessions are asked, not stored in: each keeps its own sentences and holds one place here, so the
 * queue is bounded by the sessions' look-ahead, and what a barge-in drops was never copied.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import type { AudioChunk } from "./backend.ts";
import type { SentenceRef } from "./events.ts";
import { FairQueue, type Place as QueuePlace, type Tenant } from "./fair_queue.ts";

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
  readonly tenant: Tenant;
  /** Sentences that could be taken now, within the look-ahead. */
  readonly eligible: number;
  /** Clock time, ms, at which the listener runs out of audio without the next sentence. */
  readonly dueAt: number;
  /** Whether the listener hears nothing yet of what the next sentence is part of. */
  readonly isFirst: boolean;
  /** Hands out the next sentence. Only called when `eligible` is above zero. */
  take(): SynthesisJob;
}

interface Place extends QueuePlace {
  readonly source: SentenceSource;
  eligible: number;
}

/** Options of {@linkcode Scheduler}. */
export interface SchedulerOptions {
  readonly clock: Pick<Clock, "now">;
  /** Sentences that may wait before new text is refused. */
  readonly maxQueueDepth: number;
}

/**
 * Earliest playout deadline first; ties go round-robin over the sources. Who hears nothing yet yields for
 * a while to who is about to hear a gap. Tenants share what is urgent,
 * and the queue's places.
 */
export class Scheduler {
  readonly #maxQueueDepth: number;
  readonly #places = new Map<SentenceSource, Place>();
  readonly #queue: FairQueue<Place>;
  /** Sentences waiting, by tenant; only those that have any. */
  readonly #depths = new Map<string, number>();
  readonly #idleWorkers: ((job: SynthesisJob) => void)[] = [];
  #served = 0;
  #depth = 0;

  constructor(options: SchedulerOptions) {
    this.#maxQueueDepth = options.maxQueueDepth;
    this.#queue = new FairQueue(() => options.clock.now());
  }

  /** Sentences waiting for a worker. */
  get depth(): number {
    return this.#depth;
  }

  /**
   * Whether a tenant's new text must be refused: the queue is full, and the tenant has its share of
   * it. So a flood of one leaves room for the others, and `n` tenants hold the limit times
   * 1 + 1/2 + ... + 1/n at most.
   */
  isFullFor(tenant: Tenant): boolean {
    if (this.#depth < this.#maxQueueDepth) return false;
    const others = this.#queue.weight - (this.#queue.has(tenant) ? tenant.weight : 0);
    const share = this.#maxQueueDepth * tenant.weight / (others + tenant.weight);
    return (this.#depths.get(tenant.id) ?? 0) >= share;
  }

  /** The limit behind {@linkcode isFullFor}. */
  get maxQueueDepth(): number {
    return this.#maxQueueDepth;
  }

  /** To be called whenever a source's `eligible` or `dueAt` has changed. */
  update(source: SentenceSource): void {
    let place = this.#places.get(source);
    // Runs for every message of audio, and most often there was nothing to take and is nothing.
    if ((place?.eligible ?? 0) === 0 && source.eligible === 0) return;
    if (place === undefined) {
      const { tenant } = source;
      place = {
        source,
        tenant,
        dueAt: 0,
        isFirst: true,
        servedAt: this.#served,
        eligible: 0,
        heapIndex: -1,
      };
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
    this.#count(place, 0);
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
      // How long a sentence takes to speak grows with its length, whatever the engine.
      this.#queue.charge(place.tenant, job.text.length);
      this.#refresh(place);
      this.#idleWorkers.shift()!(job);
    }
  }

  #refresh(place: Place): void {
    const { eligible } = place.source;
    this.#count(place, eligible);
    if (eligible === 0) return this.#queue.remove(place);
    place.dueAt = place.source.dueAt;
    place.isFirst = place.source.isFirst;
    this.#queue.put(place);
  }

  #count(place: Place, eligible: number): void {
    const { id } = place.tenant;
    const change = eligible - place.eligible;
    place.eligible = eligible;
    this.#depth += change;
    const depth = (this.#depths.get(id) ?? 0) + change;
    if (depth > 0) this.#depths.set(id, depth);
    else this.#depths.delete(id);
  }
}
