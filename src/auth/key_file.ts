/**
 * The file in which keys are kept: `{"keys": [...]}`, for `deno task keys` to write and for the server
 * to read.
 *
 * @module
 */

import type { StoredKey } from "./keys.ts";

/** Thrown for a file that cannot be read as one of keys; says what is wrong with it. */
export class KeyFileError extends Error {
  override readonly name = "KeyFileError";
}

/** The keys in the text of a file. */
export function parseKeys(text: string): StoredKey[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new KeyFileError("it is not JSON");
  }
  const keys = isObject(content) ? content.keys : undefined;
  if (!Array.isArray(keys)) throw new KeyFileError('it has no list of "keys"');
  const parsed = keys.map(parseKey);
  const ids = parsed.map((key) => key.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new KeyFileError(`key ${twice} is there twice`);
  return parsed;
}

/** The text of a file with these keys. */
export function formatKeys(keys: readonly StoredKey[]): string {
  return `${JSON.stringify({ keys }, null, 2)}\n`;
}

function parseKey(value: unknown, index: number): StoredKey {
  const wrong = (field: string, allowed: string) =>
    new KeyFileError(`keys[${index}].${field} must be ${allowed}`);
  if (!isObject(value)) throw new KeyFileError(`keys[${index}] must be an object`);
  const { id, tenant, salt, hash, created, weight, maxSessions, charactersPerMinute } = value;
  if (!isText(id, /^[0-9a-f]{12}$/)) throw wrong("id", "12 hexadecimal digits");
  if (!isText(tenant, TENANT)) throw wrong("tenant", TENANT_ALLOWED);
  if (!isText(salt, /^[A-Za-z0-9+/]{22}==$/)) throw wrong("salt", "16 bytes in base64");
  if (!isText(hash, /^[A-Za-z0-9+/]{43}=$/)) throw wrong("hash", "32 bytes in base64");
  if (!isText(created, /^\d{4}-\d\d-\d\dT/)) throw wrong("created", "a time in ISO 8601");
  if (!isWeight(weight)) throw wrong("weight", WEIGHT_ALLOWED);
  if (maxSessions !== undefined && !isCount(maxSessions)) {
    throw wrong("maxSessions", COUNT_ALLOWED);
  }
  if (charactersPerMinute !== undefined && !isTextLimit(charactersPerMinute)) {
    throw wrong("charactersPerMinute", TEXT_LIMIT_ALLOWED);
  }
  return {
    id,
    tenant,
    salt,
    hash,
    created,
    weight,
    ...(maxSessions !== undefined && { maxSessions }),
    ...(charactersPerMinute !== undefined && { charactersPerMinute }),
  };
}

const TENANT = /^[A-Za-z0-9_.-]{1,64}$/;

/** In words, for error messages. */
export const TENANT_ALLOWED = "1 to 64 of the characters A-Z a-z 0-9 _ - .";
export const WEIGHT_ALLOWED = "a number from 0.01 to 100";
export const COUNT_ALLOWED = "a whole number from 1 to 100000";
export const TEXT_LIMIT_ALLOWED = "a whole number from 1 to 1000000000";

/** Whether it can be a tenant's name. */
export function isTenant(value: string): boolean {
  return TENANT.test(value);
}

/** Whether it can be a weight. */
export function isWeight(value: unknown): value is number {
  return typeof value === "number" && value >= 0.01 && value <= 100;
}

/** Whether it can be a number of sessions. */
export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && value as number >= 1 && value as number <= 100_000;
}

/** Whether it can be a number of characters in a minute. */
export function isTextLimit(value: unknown): value is number {
  return Number.isInteger(value) && value as number >= 1 && value as number <= 1_000_000_000;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === "string" && pattern.test(value);
}
