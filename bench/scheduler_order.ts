/**
 * Other orders than the server's, over the same scheduler: a source has only to say something else
 * about when it is due.
 *
 * @module
 */

import type { Tenant } from "../src/speech/fair_queue.ts";
import type { SentenceSource, SynthesisJob } from "../src/speech/scheduler.ts";

/** By deadline and nothing else, by when sentences came into the queue, or the sessions' own queues in turn. */
export type OtherOrder = "plain" | "arrival" | "turns";

/** A source that is due by another rule. */
export class Reordered implements SentenceSource {
  readonly #source: SentenceSource;
  readonly #order: OtherOrder;
  readonly #now: () => number;
  /** When each sentence that could be taken came into the queue. */
  readonly #arrivals: number[] = [];

  constructor(source: SentenceSource, order: OtherOrder, now: () => number) {
    this.#source = source;
    this.#order = order;
    this.#now = now;
  }

  get tenant(): Tenant {
    return this.#source.tenant;
  }

  get isPaced(): boolean {
    return this.#source.isPaced;
  }

  get eligible(): number {
    const { eligible } = this.#source;
    while (this.#arrivals.length < eligible) this.#arrivals.push(this.#now());
    this.#arrivals.length = eligible;
    return eligible;
  }

  get isFirst(): boolean {
    return false;
  }

  /** The scheduler serves equal deadlines in turn. */
  get dueAt(): number {
    if (this.#order === "plain") return this.#source.dueAt;
    return this.#order === "turns" ? 0 : this.#arrivals[0] ?? this.#now();
  }

  take(): SynthesisJob {
    this.#arrivals.shift();
    return this.#source.take();
  }
}
