/**
 * API keys: how they look, and what is kept of them.
 *
 * @module
 */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** What is kept of a key. The key itself is told once, when it is made. */
export interface StoredKey {
  /** The part of the key that may be seen. */
  readonly id: string;
  /** Whose key it is; several keys may have one tenant. */
  readonly tenant: string;
  /** Base64, 16 bytes. */
  readonly salt: string;
  /** Base64: SHA-256 of the salt and the key. */
  readonly hash: string;
  /** ISO 8601. */
  readonly created: string;
  /** The tenant's share where there is not enough for all. */
  readonly weight: number;
  /** Sessions at the same time; absent: as many as the server takes. */
  readonly maxSessions?: number;
  /** Characters of text in a minute; absent: as many as the server takes from any. */
  readonly charactersPerMinute?: number;
}

/** What a key is made for. */
export type NewKey = Pick<
  StoredKey,
  "tenant" | "weight" | "maxSessions" | "charactersPerMinute"
>;

/**
 * Bytes of a key that are secret. A random secret of this length can be guessed no sooner than its
 * hash, so a fast hash does: slow ones are for what people choose.
 */
const SECRET_BYTES = 32;
const ID_BYTES = 6;
const SALT_BYTES = 16;

/** Makes a key: `sx_ID_SECRET`. */
export function createKey(wanted: NewKey, now: Date): { key: string; stored: StoredKey } {
  const id = randomBytes(ID_BYTES).toString("hex");
  const key = `sx_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { key, stored: { ...store(key, wanted), id, created: now.toISOString() } };
}

/** What is kept of a key that somebody else has made. */
export function storeGivenKey(key: string, wanted: NewKey): StoredKey {
  return { ...store(key, wanted), id: "", created: "" };
}

function store(key: string, wanted: NewKey): NewKey & Pick<StoredKey, "salt" | "hash"> {
  const salt = randomBytes(SALT_BYTES);
  return { ...wanted, salt: salt.toString("base64"), hash: hashOf(key, salt).toString("base64") };
}

/** The id that a key shows, if it looks like one of ours. */
export function idOf(key: string): string | undefined {
  return /^sx_([0-9a-f]{12})_/.exec(key)?.[1];
}

/** A stored key, ready to be compared with. */
export class KeyMatcher {
  readonly stored: StoredKey;
  readonly #salt: Uint8Array;
  readonly #hash: Uint8Array;

  constructor(stored: StoredKey) {
    this.stored = stored;
    this.#salt = Uint8Array.fromBase64(stored.salt);
    this.#hash = Uint8Array.fromBase64(stored.hash);
  }

  /** Takes the same time wherever a wrong key differs. */
  matches(key: string): boolean {
    return timingSafeEqual(this.#hash, hashOf(key, this.#salt));
  }
}

function hashOf(key: string, salt: Uint8Array) {
  return createHash("sha256").update(salt).update(key).digest();
}
