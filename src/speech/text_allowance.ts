/**
 * How much text each tenant may still send in this minute.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import { TokenBucket } from "../lib/token_bucket.ts";
import type { Tenant } from "./fair_queue.ts";

const SECONDS_PER_MINUTE = 60;

/** A tenant's characters, and the limit that they were counted by. */
interface Allowance {
  readonly perMinute: number;
  readonly bucket: TokenBucket;
}

/** Counts characters by tenant, over all of its sessions: a minute's worth at once at the most. */
export class TextAllowances {
  readonly #clock: Pick<Clock, "now">;
  readonly #perMinute: number | null;
  readonly #allowances = new Map<string, Allowance>();

  /** @param perMinute for tenants without a limit of their own; null: none. */
  constructor(clock: Pick<Clock, "now">, perMinute: number | null) {
    this.#clock = clock;
    this.#perMinute = perMinute;
  }

  /** The tenant's limit in characters; null: none. */
  limitOf({ charactersPerMinute }: Tenant): number | null {
    return charactersPerMinute ?? this.#perMinute;
  }

  /** Takes characters. Where there are too few it takes none, and tells in how many ms there are. */
  take(tenant: Tenant, characters: number): number | undefined {
    const limit = this.limitOf(tenant);
    return limit === null ? undefined : this.#bucketOf(tenant, limit).take(characters);
  }

  #bucketOf({ id }: Tenant, perMinute: number): TokenBucket {
    const known = this.#allowances.get(id);
    // A key file may have changed.
    if (known?.perMinute === perMinute) return known.bucket;
    const bucket = new TokenBucket({
      clock: this.#clock,
      capacity: perMinute,
      perSecond: perMinute / SECONDS_PER_MINUTE,
    });
    this.#allowances.set(id, { perMinute, bucket });
    return bucket;
  }
}
