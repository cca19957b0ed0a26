/**
 * `deno task keys`: makes, lists and revokes the keys of a key file.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import {
  COUNT_ALLOWED,
  formatKeys,
  isCount,
  isTenant,
  isTextLimit,
  isWeight,
  KeyFileError,
  parseKeys,
  TENANT_ALLOWED,
  TEXT_LIMIT_ALLOWED,
  WEIGHT_ALLOWED,
} from "../auth/key_file.ts";
import { createKey, type NewKey, type StoredKey } from "../auth/keys.ts";

const USAGE = `Usage:
  deno task keys add TENANT [--weight W] [--max-sessions N] [--characters-per-minute N] [--file FILE]
  deno task keys list [--file FILE]
  deno task keys revoke ID [--file FILE]

Keys are kept as salted hashes in FILE, keys.json unless told, for the server's API_KEYS_FILE.
A server that runs notices the change.`;

/** The exit code for a command that cannot be carried out. */
const BAD_USAGE = 2;

/** Thrown for a command that cannot be carried out, and caught at the end of this file. */
class UsageError extends Error {}

function main(args: readonly string[]): void {
  const { _: [command, subject, ...others], ...flags } = parseArgs([...args], {
    string: ["file", "weight", "max-sessions", "characters-per-minute", "_"],
    default: { file: "keys.json" },
    unknown(argument, name) {
      if (name !== undefined) throw new UsageError(`there is no option ${argument}\n${USAGE}`);
    },
  });
  if (others.length > 0) throw new UsageError(`${others.join(" ")}: too much\n${USAGE}`);
  const file = String(flags.file);
  switch (command) {
    case "add":
      return add(file, readNewKey(String(subject ?? ""), flags));
    case "list":
      return list(file);
    case "revoke":
      return revoke(file, String(subject ?? ""));
    default:
      throw new UsageError(USAGE);
  }
}

function readNewKey(tenant: string, flags: Record<string, unknown>): NewKey {
  if (!isTenant(tenant)) throw new UsageError(`TENANT must be ${TENANT_ALLOWED}`);
  const weight = Number(flags.weight ?? 1);
  if (!isWeight(weight)) throw new UsageError(`--weight must be ${WEIGHT_ALLOWED}`);
  const maxSessions = readNumber(flags, "max-sessions", isCount, COUNT_ALLOWED);
  const charactersPerMinute = readNumber(
    flags,
    "characters-per-minute",
    isTextLimit,
    TEXT_LIMIT_ALLOWED,
  );
  return {
    tenant,
    weight,
    ...(maxSessions !== undefined && { maxSessions }),
    ...(charactersPerMinute !== undefined && { charactersPerMinute }),
  };
}

function readNumber(
  flags: Record<string, unknown>,
  name: string,
  isAllowed: (value: unknown) => boolean,
  allowed: string,
): number | undefined {
  if (flags[name] === undefined) return undefined;
  const value = Number(flags[name]);
  if (!isAllowed(value)) throw new UsageError(`--${name} must be ${allowed}`);
  return value;
}

function add(file: string, wanted: NewKey): void {
  const { key, stored } = createKey(wanted, new Date());
  write(file, [...read(file), stored]);
  console.log(`${key}\nThis is the only time that the key of ${wanted.tenant} is shown.`);
}

function list(file: string): void {
  for (const { id, tenant, created, weight, maxSessions, charactersPerMinute } of read(file)) {
    const columns = [id, tenant, created, `weight ${weight}`];
    if (maxSessions !== undefined) columns.push(`max sessions ${maxSessions}`);
    if (charactersPerMinute !== undefined) columns.push(`characters ${charactersPerMinute}/min`);
    console.log(columns.join("  "));
  }
}

function revoke(file: string, id: string): void {
  const keys = read(file);
  const others = keys.filter((key) => key.id !== id);
  if (others.length === keys.length) throw new UsageError(`there is no key ${id} in ${file}`);
  write(file, others);
  console.log(`Key ${id} is revoked.`);
}

/** A file that is not there yet has no keys. */
function read(file: string): StoredKey[] {
  try {
    return parseKeys(Deno.readTextFileSync(file));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    if (error instanceof KeyFileError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

/** Whole or not at all: a server may be reading it. */
function write(file: string, keys: readonly StoredKey[]): void {
  const temporary = `${file}.new`;
  Deno.writeTextFileSync(temporary, formatKeys(keys), { mode: 0o600 });
  Deno.renameSync(temporary, file);
}

try {
  main(Deno.args);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  Deno.exit(BAD_USAGE);
}
