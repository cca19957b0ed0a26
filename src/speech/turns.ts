/**
 * Turns at what has no end: speech that is not paced is sent as fast as it comes, and resampling,
 * encoding and sending it can keep the event loop busy for as long as there is any. So it is done a few
 * milliseconds at a time, and in between whoever is spoken to in real time is served.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";
import type { Tenant } from "./fair_queue.ts";
import type { Ticking } from "./ticker.ts";

/**
 * Time for such work before everything else is looked after, in ms; and while anybody listens in real
 * time, the rest after it: a thread that never rests is scheduled later by the machine, too.
 */
const TURN_MS = 4;

/** Lets tenants take turns, and within a tenant whoever waits. */
export class Turns {
  readonly #clock: Pick<Clock, "now" | "after">;
  readonly #rests: () => boolean;
  /** Who waits, first come first; tenants in the order in which it is their turn. */
  readonly #lines = new Map<string, Set<Ticking>>();
  /** Whose turn it is. */
  #current: Ticking | undefined;
  /** Clock time at which the event loop has to be left alone, ms; undefined: it just was. */
  #endsAt: number | undefined;
  #cancelTimer: CancelTimer = () => {};

  /** @param rests whether half of the time is to be left to others. */
  constructor(clock: Pick<Clock, "now" | "after">, rests: () => boolean) {
    this.#clock = clock;
    this.#rests = rests;
  }

  /** Those that wait. */
  get size(): number {
    let size = 0;
    for (const line of this.#lines.values()) size += line.size;
    return size;
  }

  /** Whether `item` may go on now. If not, it is called as soon as it is its turn. */
  take(item: Ticking, tenant: Tenant): boolean {
    if (this.#mayGoOn(item)) return true;
    // Set anew, now: timers that fell due in the meantime come first.
    if (this.#lines.size === 0 && this.#current === undefined) this.#leaveLoop();
    const line = this.#lines.get(tenant.id);
    if (line === undefined) this.#lines.set(tenant.id, new Set([item]));
    else line.add(item);
    return false;
  }

  /** Forgets `item`; one that does not wait changes nothing. */
  cancel(item: Ticking, tenant: Tenant): void {
    const line = this.#lines.get(tenant.id);
    if (line?.delete(item) && line.size === 0) this.#lines.delete(tenant.id);
  }

  #mayGoOn(item: Ticking): boolean {
    const now = this.#clock.now();
    if (this.#endsAt === undefined) {
      this.#endsAt = now + TURN_MS;
      this.#leaveLoop();
    }
    const isItsTurn = this.#current === item || this.#lines.size === 0;
    return isItsTurn && now < this.#endsAt;
  }

  /** Comes back when the event loop has been elsewhere. */
  #leaveLoop(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#clock.after(this.#rests() ? TURN_MS : 0, () => this.#goOn());
  }

  #goOn(): void {
    this.#endsAt = undefined;
    if (this.#lines.size === 0) return;
    const endsAt = this.#endsAt = this.#clock.now() + TURN_MS;
    while (this.#lines.size > 0 && this.#clock.now() < endsAt) {
      this.#current = this.#shift();
      this.#current.onTick(this.#clock.now());
    }
    this.#current = undefined;
    this.#leaveLoop();
  }

  /** The first of the tenant whose turn it is, which is the last tenant then. */
  #shift(): Ticking {
    const [id, line] = firstOf(this.#lines);
    const item = firstOf(line);
    this.#lines.delete(id);
    line.delete(item);
    if (line.size > 0) this.#lines.set(id, line);
    return item;
  }
}

function firstOf<T>(items: Iterable<T>): T {
  for (const item of items) return item;
  throw new Error("there is none");
}
