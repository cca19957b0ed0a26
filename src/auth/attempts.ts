/**
 * Slowing down who guesses keys.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import { TokenBucket } from "../lib/token_bucket.ts";

/** Wrong keys that an address may show at once, and how many more a minute. */
const BURST = 10;
const PER_MINUTE = 10;

/** Addresses remembered; the one that was quiet for longest is forgotten. */
const MAX_ADDRESSES = 10_000;

/** Counts wrong keys by address. */
export class Attempts {
  readonly #clock: Pick<Clock, "now">;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** In how many ms an address may try again; undefined if it may now. */
  waitMs(address: string): number | undefined {
    return this.#buckets.get(networkOf(address))?.waitMs();
  }

  /** Notes a wrong key. */
  noteFailure(address: string): void {
    const network = networkOf(address);
    const bucket = this.#buckets.get(network) ?? this.#createBucket();
    bucket.take();
    // At the end of the map stands who failed last.
    this.#buckets.delete(network);
    this.#buckets.set(network, bucket);
    if (this.#buckets.size <= MAX_ADDRESSES) return;
    const [oldest] = this.#buckets.keys();
    this.#buckets.delete(oldest!);
  }

  #createBucket(): TokenBucket {
    return new TokenBucket({ clock: this.#clock, capacity: BURST, perSecond: PER_MINUTE / 60 });
  }
}

/** Whoever has an IPv6 address has the 2^64 of its network (RFC 6177). */
export function networkOf(address: string): string {
  if (!address.includes(":") || address.includes(".")) return address;
  const [head = "", tail = ""] = address.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const zeros = address.includes("::") ? 8 - left.length - right.length : 0;
  const groups = [...left, ...Array(Math.max(0, zeros)).fill("0"), ...right];
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(":") +
    "::/64";
}
