/**
 * Slowing down who guesses keys.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";

/** Wrong keys that an address may show at once, and how many more a minute. */
const BURST = 10;
const PER_MINUTE = 10;

/** Addresses remembered; the one that was quiet for longest is forgotten. */
const MAX_ADDRESSES = 10_000;

/** One address: tokens of a bucket that wrong keys take out. */
interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Counts wrong keys by address. */
export class Attempts {
  readonly #clock: Pick<Clock, "now">;
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** In how many ms an address may try again; undefined if it may now. */
  waitMs(address: string): number | undefined {
    const bucket = this.#buckets.get(networkOf(address));
    if (bucket === undefined) return undefined;
    this.#fill(bucket);
    return bucket.tokens >= 1 ? undefined : Math.ceil((1 - bucket.tokens) * 60_000 / PER_MINUTE);
  }

  /** Notes a wrong key. */
  noteFailure(address: string): void {
    const network = networkOf(address);
    const bucket = this.#buckets.get(network) ??
      { tokens: BURST, filledAt: this.#clock.now() };
    this.#fill(bucket);
    bucket.tokens = Math.max(0, bucket.tokens - 1);
    // At the end of the map stands who failed last.
    this.#buckets.delete(network);
    this.#buckets.set(network, bucket);
    if (this.#buckets.size <= MAX_ADDRESSES) return;
    const [oldest] = this.#buckets.keys();
    this.#buckets.delete(oldest!);
  }

  #fill(bucket: Bucket): void {
    const now = this.#clock.now();
    const earned = (now - bucket.filledAt) * PER_MINUTE / 60_000;
    bucket.tokens = Math.min(BURST, bucket.tokens + earned);
    bucket.filledAt = now;
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
