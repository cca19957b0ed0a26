/**
 * All keys that open the door.
 *
 * @module
 */

import { idOf, KeyMatcher, type StoredKey, storeGivenKey } from "./keys.ts";

/** Keys, to be looked up. */
export class Keyring {
  /** Keys of our making, by the id that they show. */
  readonly #byId = new Map<string, KeyMatcher>();
  /** Keys without an id: each has to be tried. */
  readonly #others: readonly KeyMatcher[];
  /** How many tenants they tell apart. */
  readonly tenants: number;

  /**
   * @param given keys as they are; each is its own tenant's.
   * @param stored keys of a key file.
   */
  constructor(given: readonly string[], stored: readonly StoredKey[] = []) {
    this.#others = given.map((key, index) =>
      new KeyMatcher(storeGivenKey(key, { tenant: `key-${index + 1}`, weight: 1 }))
    );
    for (const key of stored) this.#byId.set(key.id, new KeyMatcher(key));
    const all = [...this.#others, ...this.#byId.values()];
    this.tenants = new Set(all.map(({ stored }) => stored.tenant)).size;
  }

  /** How many there are. */
  get size(): number {
    return this.#byId.size + this.#others.length;
  }

  /** Whether a key shows the id of one of our making; not whether it is that one. */
  hasIdOf(key: string): boolean {
    return this.#byId.has(idOf(key) ?? "");
  }

  /** The stored key that a key is; undefined for a wrong one, in the same time. */
  find(key: string): StoredKey | undefined {
    let found: StoredKey | undefined;
    const shown = this.#byId.get(idOf(key) ?? "");
    if (shown?.matches(key)) found = shown.stored;
    // All of them, so that the time does not tell which one came near.
    for (const other of this.#others) if (other.matches(key)) found = other.stored;
    return found;
  }
}
