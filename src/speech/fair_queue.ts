/**
 * Sentences that wait, in the order in which they are to be spoken: the most urgent first, and where
 * there is not enough for all that is urgent, every tenant gets its share.
 *
 * The sharing is start-time fair queueing (Goyal, Vin and Cheng, 1996): each tenant has a virtual time
 * that grows with what it got, by its weight, and the one that is furthest behind is served. A tenant
 * that comes back after a pause starts with the others and has saved nothing up.
 *
 * @module
 */

import { Heap, type HeapItem } from "../lib/heap.ts";

/** Whose sentences they are, and with what share when there is not enough for all. */
export interface Tenant {
  readonly id: string;
  /** Twice the weight, twice the share. */
  readonly weight: number;
  /** Characters of text that it may send in a minute; absent: as many as any. */
  readonly charactersPerMinute?: number | undefined;
}

/** The one tenant where nobody is told apart. */
export const ANYONE: Tenant = { id: "", weight: 1 };

/** A source's place in the queue. */
export interface Place extends HeapItem {
  readonly tenant: Tenant;
  /** Clock time at which its listener runs out of audio, ms. */
  dueAt: number;
  /** Whether its listener hears nothing yet: late, its audio makes no gap. */
  isFirst: boolean;
  /** When the source was last served, as a count: ties go to who has waited longest. */
  servedAt: number;
}

/** What is due within this time is urgent, in ms: about what a sentence takes when all is busy. */
const URGENT_MS = 500;

/**
 * A listener who hears nothing yet yields to those who would hear a gap within this time, in ms, unless it
 * has waited for so long itself. Without it, a little too much work makes gaps for everybody: whoever was
 * put off once is always the last. Measured (`deno task bench scheduler`): at 1.05 of what the workers
 * can do 35 gaps in 1,000 replies rather than 1,900, and below 1 as soon a first word.
 */
const MARGIN_MS = 1_000;
const PATIENCE_MS = 10_000;

/** One tenant's places. */
class Line {
  readonly tenant: Tenant;
  readonly #first = new Heap<Place>(isBefore);
  readonly #next = new Heap<Place>(isBefore);
  /** What it got so far, by its weight. */
  virtualTime = 0;

  constructor(tenant: Tenant) {
    this.tenant = tenant;
  }

  get isEmpty(): boolean {
    return this.#first.size + this.#next.size === 0;
  }

  put(place: Place): void {
    const [heap, other] = place.isFirst ? [this.#first, this.#next] : [this.#next, this.#first];
    if (!heap.has(place)) other.remove(place);
    heap.put(place);
  }

  remove(place: Place): void {
    const heap = this.#first.has(place) ? this.#first : this.#next;
    heap.remove(place);
  }

  /** Who is the next; there must be one. */
  peek(now: number): Place {
    const [first, next] = [this.#first.peek(), this.#next.peek()];
    if (first === undefined || next === undefined) return (first ?? next)!;
    const yields = next.dueAt <= now + MARGIN_MS && first.dueAt > now - PATIENCE_MS;
    return yields || isBefore(next, first) ? next : first;
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.servedAt < b.servedAt);
}

function areUrgent(a: Place, b: Place, now: number): boolean {
  return Math.max(a.dueAt, b.dueAt) <= now + URGENT_MS;
}

/** Keeps places by tenant. */
export class FairQueue<T extends Place> {
  readonly #now: () => number;
  /** Those with a place, by tenant. */
  readonly #lines = new Map<string, Line>();
  /** Of tenants whose places are gone, while they are ahead of the others. */
  readonly #ahead = new Map<string, number>();
  /** The virtual time of who was served last. */
  #virtualTime = 0;

  /** @param now gives the clock time in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The weight of all tenants that have a place. */
  get weight(): number {
    let weight = 0;
    for (const { tenant } of this.#lines.values()) weight += tenant.weight;
    return weight;
  }

  /** Whether a tenant has a place. */
  has(tenant: Tenant): boolean {
    return this.#lines.has(tenant.id);
  }

  /** Adds a place, or finds where it belongs when its order has changed. */
  put(place: T): void {
    let line = this.#lines.get(place.tenant.id);
    if (line === undefined) {
      line = new Line(place.tenant);
      const before = this.#ahead.get(place.tenant.id) ?? 0;
      line.virtualTime = Math.max(before, this.#virtualTime);
      this.#ahead.delete(place.tenant.id);
      this.#lines.set(place.tenant.id, line);
    }
    line.put(place);
  }

  /** Takes a place out; one that is not inside changes nothing. */
  remove(place: T): void {
    const line = this.#lines.get(place.tenant.id);
    if (line === undefined) return;
    line.remove(place);
    if (!line.isEmpty) return;
    this.#lines.delete(place.tenant.id);
    if (line.virtualTime > this.#virtualTime) {
      this.#ahead.set(place.tenant.id, line.virtualTime);
    }
  }

  /** Who is next, still inside. */
  peek(): T | undefined {
    const now = this.#now();
    let next: Place | undefined;
    let nextLine: Line | undefined;
    for (const line of this.#lines.values()) {
      const place = line.peek(now);
      const isAhead = next === undefined ||
        (areUrgent(place, next, now)
          ? line.virtualTime < nextLine!.virtualTime
          : isBefore(place, next));
      if (isAhead) [next, nextLine] = [place, line];
    }
    return next as T | undefined;
  }

  /** Notes that a tenant got something: `cost` in any unit that is the same for all. */
  charge(tenant: Tenant, cost: number): void {
    const line = this.#lines.get(tenant.id);
    if (line === undefined) return;
    this.#virtualTime = Math.max(this.#virtualTime, line.virtualTime);
    line.virtualTime += cost / tenant.weight;
    for (const [id, virtualTime] of this.#ahead) {
      if (virtualTime <= this.#virtualTime) this.#ahead.delete(id);
    }
  }
}
