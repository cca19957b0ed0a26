/**
 * The members of a fleet, as its source of addresses names them.
 *
 * @module
 */

import { Link, type LinkOptions } from "./link.ts";
import type { Member } from "./member.ts";

/** Where a fleet's addresses come from. A list that never changes, or e.g. a name in DNS. */
export interface AddressSource {
  /** The addresses now, each once. A source that cannot tell gives what it last knew. */
  current(): readonly string[];
  /**
   * Calls back after each change.
   *
   * @returns what ends that.
   */
  onChange(callback: () => void): () => void;
}

/** Options of {@linkcode Roster}. */
export interface RosterOptions {
  readonly source: AddressSource;
  /** Makes the member at an address; it is not connected yet. */
  readonly open: (address: string) => Member;
  readonly link: Omit<LinkOptions, "onDrained">;
}

/** Addresses that never change. */
export function fixedAddresses(addresses: readonly string[]): AddressSource {
  return { current: () => addresses, onChange: () => () => {} };
}

/** Keeps one link for each address. Those no longer named are kept until they are drained. */
export class Roster {
  readonly #options: RosterOptions;
  readonly #links = new Map<string, Link>();
  readonly #closing = new Set<Promise<void>>();
  #unsubscribe = () => {};

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  /** Connects to the members, and follows the source. */
  start(): void {
    this.#unsubscribe = this.#options.source.onChange(() => this.#update());
    this.#update();
  }

  /** All members, in the source's order; those that are drained after the others. */
  links(): Iterable<Link> {
    return this.#links.values();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#unsubscribe = () => {};
    for (const link of [...this.#links.values()]) this.#drop(link);
    await Promise.allSettled(this.#closing);
  }

  #update(): void {
    const addresses = new Set(this.#options.source.current());
    for (const [address, link] of [...this.#links]) {
      if (!addresses.has(address) && !link.isRetired) link.retire();
    }
    for (const address of addresses) {
      const link = this.#links.get(address);
      if (link === undefined) this.#add(address);
      else if (link.isRetired) link.revive();
    }
  }

  #add(address: string): void {
    const { open, link: options } = this.#options;
    const link = new Link(open(address), { ...options, onDrained: (link) => this.#drop(link) });
    this.#links.set(address, link);
    link.open();
  }

  #drop(link: Link): void {
    if (this.#links.get(link.address) !== link) return;
    this.#links.delete(link.address);
    const closed = link.close().catch(() => {});
    this.#closing.add(closed);
    closed.then(() => this.#closing.delete(closed));
  }
}
