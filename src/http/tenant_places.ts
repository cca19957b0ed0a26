/**
 * Who holds the places of a server, tenant by tenant, and how many one may take so that the others
 * find some.
 *
 * @module
 */

import type { Visitor } from "./gate.ts";

/** Who holds places; undefined for all who have shown no key yet. */
export type Holder = Pick<Visitor, "id" | "weight"> | undefined;

/**
 * Times the free places that a tenant may hold: four fifths of all, if it is alone. The rule is that of
 * dynamic thresholds for shared buffers (Choudhury and Hahne, 1998): the more is taken the less one may
 * hold, so there are always some places left, and none are kept for tenants who may never come.
 */
const ALPHA = 4;

interface Held {
  places: number;
  /** As the latest of its keys says. */
  weight: number;
}

/** Counts places. A flood of those who want to come must not cost a look at all who are here. */
export class TenantPlaces {
  readonly #byTenant = new Map<string, Held>();
  #ofStrangers = 0;

  /** Places of a tenant. */
  countOf(holder: Holder): number {
    return holder === undefined ? this.#ofStrangers : this.#byTenant.get(holder.id)?.places ?? 0;
  }

  /** Takes note of places that were taken, or given back. */
  count(holder: Holder, change: number): void {
    if (holder === undefined) {
      this.#ofStrangers += change;
      return;
    }
    const places = this.countOf(holder) + change;
    if (places === 0) this.#byTenant.delete(holder.id);
    else this.#byTenant.set(holder.id, { places, weight: holder.weight });
  }

  /** Whether a tenant holds less than its weight among those who are there, of so many places. */
  hasLessThanShare(holder: NonNullable<Holder>, taken: number): boolean {
    const { tenants, weight } = this.#weightsWith(holder);
    return tenants > 1 && this.countOf(holder) < taken * holder.weight / weight;
  }

  /** Whether one more place of a tenant leaves some of the free ones to others. */
  leavesRoom(holder: Holder, free: number): boolean {
    const own = this.countOf(holder);
    // Where places are few, or weights far apart, the rule alone would give the last one away.
    if (free <= 1 && own > 0) return false;
    return own < ALPHA * this.#relativeWeight(holder) * free;
  }

  /** To the mean of those who are there; strangers have no weight, and are like any. */
  #relativeWeight(holder: Holder): number {
    if (holder === undefined) return 1;
    const { tenants, weight } = this.#weightsWith(holder);
    return holder.weight * tenants / weight;
  }

  /** How many tenants are there with this one, and their weight. */
  #weightsWith(holder: NonNullable<Holder>): { tenants: number; weight: number } {
    let tenants = 1;
    let { weight } = holder;
    for (const [id, held] of this.#byTenant) {
      if (id === holder.id) continue;
      tenants++;
      weight += held.weight;
    }
    return { tenants, weight };
  }
}
