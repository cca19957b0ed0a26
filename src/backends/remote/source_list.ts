/**
 * Several sources of addresses as one, of which some may be exchanged.
 *
 * @module
 */

import type { AddressSource } from "../fleet/roster.ts";

/** The addresses of all sources, in the sources' order, each address once. */
export class SourceList implements AddressSource {
  readonly #callbacks = new Set<() => void>();
  #sources: readonly AddressSource[];
  /** What ends the news of each source; empty while nobody is told. */
  readonly #ends = new Map<AddressSource, () => void>();

  constructor(sources: readonly AddressSource[]) {
    this.#sources = sources;
  }

  current(): readonly string[] {
    return [...new Set(this.#sources.flatMap((source) => source.current()))];
  }

  onChange(callback: () => void): () => void {
    // Two who pass the same function are two.
    const subscriber = () => callback();
    this.#callbacks.add(subscriber);
    this.#follow();
    return () => {
      this.#callbacks.delete(subscriber);
      this.#follow();
    };
  }

  /** From now on these. One that was there before goes on with what it knows. */
  replace(sources: readonly AddressSource[]): void {
    this.#sources = sources;
    this.#follow();
    this.#tell();
  }

  /** Listens to the sources that are there, while anybody listens. */
  #follow(): void {
    const wanted = new Set(this.#callbacks.size === 0 ? [] : this.#sources);
    for (const [source, end] of [...this.#ends]) {
      if (wanted.has(source)) continue;
      end();
      this.#ends.delete(source);
    }
    for (const source of wanted) {
      if (!this.#ends.has(source)) this.#ends.set(source, source.onChange(() => this.#tell()));
    }
  }

  #tell(): void {
    for (const callback of [...this.#callbacks]) callback();
  }
}
