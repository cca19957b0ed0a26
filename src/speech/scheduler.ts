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
  /** Whether it is heard in real time; what is not paced is work without end. */
  readonly isPaced: boolean;
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
  isPaced: boolean;
  eligible: number;
}

/** A worker that waits. */
interface IdleWorker {
  readonly hire: (job: SynthesisJob) => void;
  readonly isKept: boolean;
}

/** Audio that a listener who is not paced needs within this time is due for it as for others, in ms. */
const SOON_MS = 2_000;

/** Options of {@linkcode Scheduler}. */
export interface SchedulerOptions {
  readonly clock: Pick<Clock, "now">;
  /** Sentences that may wait before new text is refused. */
  readonly maxQueueDepth: number;
}

/**
 * Earliest playout deadline first; ties go round-robin over the sources. Who hears nothing yet yields for
 * a while to who is about to hear a gap. Tenants share what is urgent,
 * and the queue's places. While anybody listens in real time a worker may be kept from what is synthesised
 * far ahead because it is not paced: a sentence cannot be put aside, so who comes would wait for its end.
 */
export class Scheduler {
  readonly #maxQueueDepth: number;
  readonly #places = new Map<SentenceSource, Place>();
  readonly #queue: FairQueue<Place>;
  /** Sentences waiting, by tenant; only those that have any. */
  readonly #depths = new Map<string, number>();
  readonly #clock: Pick<Clock, "now">;
  readonly #idleWorkers: IdleWorker[] = [];
  /** Sources that are heard in real time. */
  #paced = 0;
  #served = 0;
  #depth = 0;

  constructor(options: SchedulerOptions) {
    this.#clock = options.clock;
    this.#maxQueueDepth = options.maxQueueDepth;
    this.#queue = new FairQueue(() => options.clock.now());
  }

  /** Whether anybody is there who listens in real time. */
  get hasListeners(): boolean {
    return this.#paced > 0;
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

  /** Somebody is there who may have sentences some time. To be called once, and `remove` at the end. */
  add(source: SentenceSource): void {
    this.#register(source);
  }

  /** To be called whenever a source's `eligible`, `dueAt` or `isPaced` has changed. */
  update(source: SentenceSource): void {
    const place = this.#places.get(source);
    // Runs for every message of audio, and most often there was nothing to take and is nothing.
    if ((place?.eligible ?? 0) === 0 && source.eligible === 0) return;
    this.#refresh(place ?? this.#register(source));
    this.#dispatch();
  }

  #register(source: SentenceSource): Place {
    const place = {
      source,
      tenant: source.tenant,
      isPaced: false,
      dueAt: 0,
      isFirst: true,
      servedAt: this.#served,
      eligible: 0,
      heapIndex: -1,
    };
    this.#places.set(source, place);
    this.#countPaced(place, source.isPaced);
    return place;
  }

  /** Forgets a source; one that is not known changes nothing. */
  remove(source: SentenceSource): void {
    const place = this.#places.get(source);
    if (place === undefined) return;
    this.#places.delete(source);
    this.#queue.remove(place);
    this.#count(place, 0);
    this.#countPaced(place, false);
    // The last one who listens in real time leaves the others all the workers.
    this.#dispatch();
  }

  /**
   * The next sentence, as soon as there is one. Rejects with the signal's reason on abort.
   *
   * @param isKept the worker is the one that is kept from work without end.
   */
  next(signal: AbortSignal, isKept = false): Promise<SynthesisJob> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#idleWorkers.splice(this.#idleWorkers.indexOf(worker), 1);
        reject(signal.reason);
      };
      const hire = (job: SynthesisJob) => {
        signal.removeEventListener("abort", onAbort);
        resolve(job);
      };
      const worker = { hire, isKept };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#idleWorkers.push(worker);
      this.#dispatch();
    });
  }

  #dispatch(): void {
    while (this.#idleWorkers.length > 0) {
      const place = this.#queue.peek();
      if (place === undefined) return;
      const worker = this.#workerFor(place);
      if (worker === undefined) return;
      place.servedAt = ++this.#served;
      const job = place.source.take();
      // How long a sentence takes to speak grows with its length, whatever the engine.
      this.#queue.charge(place.tenant, job.text.length);
      this.#refresh(place);
      worker.hire(job);
    }
  }

  /** Who takes the next sentence, not idle any more; the one that is kept only if there is no other. */
  #workerFor(place: Place): IdleWorker | undefined {
    const other = this.#idleWorkers.findIndex(({ isKept }) => !isKept);
    if (other < 0 && this.hasListeners && this.#isFarAhead(place)) return undefined;
    const [worker] = this.#idleWorkers.splice(Math.max(0, other), 1);
    return worker;
  }

  #isFarAhead({ isPaced, dueAt }: Place): boolean {
    return !isPaced && dueAt > this.#clock.now() + SOON_MS;
  }

  #refresh(place: Place): void {
    const { eligible } = place.source;
    this.#count(place, eligible);
    this.#countPaced(place, place.source.isPaced);
    if (eligible === 0) return this.#queue.remove(place);
    place.dueAt = place.source.dueAt;
    place.isFirst = place.source.isFirst;
    this.#queue.put(place);
  }

  #countPaced(place: Place, isPaced: boolean): void {
    if (place.isPaced === isPaced) return;
    place.isPaced = isPaced;
    this.#paced += isPaced ? 1 : -1;
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
