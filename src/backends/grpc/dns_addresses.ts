/**
 * The addresses behind a name in DNS, such as a headless Service of Kubernetes: asked for again and
 * again, so that workers come and go without a word to the server.
 *
 * @module
 */

import { lookup } from "node:dns/promises";
import type { CancelTimer, Clock } from "../../lib/clock.ts";
import type { AddressSource } from "../fleet/roster.ts";

/** What happens to a name. */
export type DnsEvent =
  | {
    readonly type: "addresses_changed";
    readonly name: string;
    /** `host:port` each. */
    readonly addresses: readonly string[];
  }
  /** It could not be resolved; told once until it can, or the reason is another one. */
  | { readonly type: "resolve_failed"; readonly name: string; readonly error: string };

/** Gives the IP addresses of a host, of both families; throws if it cannot. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Options of {@linkcode dnsAddresses}. */
export interface DnsAddressesOptions {
  readonly host: string;
  /** Port at every address. */
  readonly port: number;
  readonly clock: Clock;
  /**
   * Time between two questions, in ms.
   * @default {5_000}
   */
  readonly refreshMs?: number;
  /** @default {resolveHost} */
  readonly resolve?: Resolve;
  /** Told what happens; must not throw. */
  readonly onEvent?: (event: DnsEvent) => void;
}

/** Time between two questions while no address was ever known, in ms. */
const FIRST_RETRY_MS = 1_000;

/**
 * Addresses of a name, the same order for the same addresses. It is resolved while somebody is told
 * of changes, and at once when the first one asks to be. A name that cannot be resolved, or has no
 * addresses any more, keeps those that it had: they may work still, and who is gone is found out
 * otherwise.
 */
export function dnsAddresses(options: DnsAddressesOptions): AddressSource {
  return new DnsAddresses(options);
}

/** As other programs on the machine resolve it: with `/etc/hosts` and search domains. */
export async function resolveHost(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

class DnsAddresses implements AddressSource {
  readonly #options: DnsAddressesOptions;
  readonly #callbacks = new Set<() => void>();
  #addresses: readonly string[] = [];
  #error: string | undefined;
  #isAsking = false;
  #cancelTimer: CancelTimer = () => {};

  constructor(options: DnsAddressesOptions) {
    this.#options = options;
  }

  current(): readonly string[] {
    return this.#addresses;
  }

  onChange(callback: () => void): () => void {
    // Two who pass the same function are two.
    const subscriber = () => callback();
    this.#callbacks.add(subscriber);
    if (this.#callbacks.size === 1 && !this.#isAsking) void this.#refresh();
    return () => {
      this.#callbacks.delete(subscriber);
      if (this.#callbacks.size === 0) this.#cancelTimer();
    };
  }

  async #refresh(): Promise<void> {
    const { clock, refreshMs = 5_000 } = this.#options;
    this.#isAsking = true;
    await this.#ask();
    this.#isAsking = false;
    if (this.#callbacks.size === 0) return;
    const isKnown = this.#addresses.length > 0;
    const pauseMs = isKnown ? refreshMs : Math.min(refreshMs, FIRST_RETRY_MS);
    this.#cancelTimer = clock.after(pauseMs, () => void this.#refresh());
  }

  async #ask(): Promise<void> {
    const { host, port, resolve = resolveHost } = this.#options;
    try {
      const found = await resolve(host);
      if (found.length === 0) throw new Error("it has no addresses");
      this.#found([...new Set(found)].toSorted().map((address) => joined(address, port)));
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : String(error));
    }
  }

  #found(addresses: readonly string[]): void {
    this.#error = undefined;
    if (addresses.join() === this.#addresses.join()) return;
    this.#addresses = addresses;
    const { host, onEvent } = this.#options;
    onEvent?.({ type: "addresses_changed", name: host, addresses });
    for (const callback of this.#callbacks) callback();
  }

  #failed(error: string): void {
    if (error === this.#error) return;
    this.#error = error;
    this.#options.onEvent?.({ type: "resolve_failed", name: this.#options.host, error });
  }
}

function joined(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
