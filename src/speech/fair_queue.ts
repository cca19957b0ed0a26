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
  /** When the source was last served, as a count: ties go to who has waited longest. */
  servedAt: number;
}

/** What is due within this time is urgent, in ms: about what a sentence takes when all is busy. */
const URGENT_MS = 500;

/** One tenant's places. */
class Line {
  readonly tenant: Tenant;
  readonly places = new Heap<Place>(isBefore);
  /** What it got so far, by its weight. */
  virtualTime = 0;

  constructor(tenant: Tenant) {
    this.tenant = tenant;
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.servedAt < b.servedAt);
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
    line.places.put(place);
  }

  /** Takes a place out; one that is not inside changes nothing. */
  remove(place: T): void {
    const line = this.#lines.get(place.tenant.id);
    if (line === undefined) return;
    line.places.remove(place);
    if (line.places.size > 0) return;
    this.#lines.delete(place.tenant.id);
    if (line.virtualTime > this.#virtualTime) {
      this.#ahead.set(place.tenant.id, line.virtualTime);
    }
  }

  /** Who is next, still inside. */
  peek(): T | undefined {
    if (this.#lines.size <= 1) return this.#first(this.#lines.values().next().value);
    const urgentUntil = this.#now() + URGENT_MS;
    let next: Line | undefined;
    for (const line of this.#lines.values()) {
      if (next === undefined || this.#isAhead(line, next, urgentUntil)) next = line;
    }
    return this.#first(next);
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

  #first(line: Line | undefined): T | undefined {
    return line?.places.peek() as T | undefined;
  }

  /** Whether `a` is served before `b`. */
  #isAhead(a: Line, b: Line, urgentUntil: number): boolean {
    const [first, second] = [a.places.peek()!, b.places.peek()!];
    const areUrgent = first.dueAt <= urgentUntil && second.dueAt <= urgentUntil;
    return areUrgent ? a.virtualTime < b.virtualTime : isBefore(first, second);
  }
}
