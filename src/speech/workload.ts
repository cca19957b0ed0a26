/**
 * How long listeners wait for a worker, and so how long the next one would.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import type { Tenant } from "./fair_queue.ts";

/** Share of the latest sentence in the mean: the last ten or so tell. */
const SHARE = 0.2;

/** Time without news in which what was found counts half as much, in ms: somebody has to try again. */
const HALF_LIFE_MS = 1_000;

/** What a tenant's listeners wait. */
interface Wait {
  lateMs: number;
  at: number;
}

/** Learns from every sentence that a worker takes, tenant by tenant, as they share the workers. */
export class Workload {
  readonly #clock: Pick<Clock, "now">;
  readonly #waits = new Map<string, Wait>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** A worker has taken a sentence, so long after its listener had nothing more to hear. */
  note(tenant: Tenant, lateMs: number): void {
    const now = this.#clock.now();
    const wait = this.#waits.get(tenant.id);
    if (wait === undefined) this.#waits.set(tenant.id, { lateMs, at: now });
    else {
      wait.lateMs += (lateMs - wait.lateMs) * SHARE;
      wait.at = now;
    }
  }

  /** How long a tenant's listeners wait in silence for a worker now, in ms. */
  waitMs(tenant: Tenant): number {
    const wait = this.#waits.get(tenant.id);
    if (wait === undefined) return 0;
    return wait.lateMs * 2 ** ((wait.at - this.#clock.now()) / HALF_LIFE_MS);
  }
}
