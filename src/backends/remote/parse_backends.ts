/**
 * What `TTS_BACKENDS` says.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";
import {
  type Environment,
  isOpenaiBackend,
  type OpenaiBackend,
  parseOpenaiBackend,
  splitAddresses,
} from "../openai/address.ts";

/** One entry. */
export type BackendEntry =
  /** A TTS worker, at `host:port`. */
  | { readonly kind: "grpc"; readonly address: string }
  /** TTS workers at all addresses of a name, with the same port. */
  | { readonly kind: "dns"; readonly host: string; readonly port: number }
  /** A server with OpenAI's speech API. */
  | { readonly kind: "openai" } & OpenaiBackend;

/** What {@linkcode parseBackends} found. */
export interface ParsedBackends {
  /** In their order; not to be used if there are problems. */
  readonly backends: readonly BackendEntry[];
  /** Everything that is wrong: the entry, and what is allowed. */
  readonly problems: readonly string[];
}

/** The forms of an entry, in words. */
export const BACKEND_FORMS = "HOST:PORT, dns:///HOST:PORT or openai+http(s)://HOST[:PORT][/PATH]";

/** A host name, an IPv4 address or an IPv6 address in brackets, and a port. */
const HOST_PORT =
  /^(?<host>[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]+\]):(?<port>\d{1,5})$/;

const DNS = "dns:///";

/**
 * Reads entries with commas between them.
 *
 * @param env reads the variables that hold keys.
 */
export function parseBackends(text: string, env: Environment): ParsedBackends {
  const backends = new Map<string, BackendEntry>();
  const problems: string[] = [];
  for (const part of partsOf(text)) {
    try {
      const entry = parseEntry(part, env);
      const name = nameOf(entry);
      if (backends.has(name)) problems.push(`"${name}": it is named twice`);
      backends.set(name, entry);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems.push(...error.problems);
    }
  }
  return { backends: [...backends.values()], problems };
}

function partsOf(text: string): string[] {
  return splitAddresses(text)
    .flatMap((part) => isOpenaiBackend(part) ? part : part.split(","))
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function parseEntry(text: string, env: Environment): BackendEntry {
  if (isOpenaiBackend(text)) return { kind: "openai", ...parseOpenaiBackend(text, env) };
  if (text.startsWith(DNS)) return { kind: "dns", ...parseHostPort(text.slice(DNS.length), text) };
  const { host, port } = parseHostPort(text, text);
  return { kind: "grpc", address: `${host}:${port}` };
}

function parseHostPort(text: string, entry: string): { host: string; port: number } {
  const { host, port } = HOST_PORT.exec(text)?.groups ?? {};
  if (host === undefined) throw new ConfigError([`${shown(entry)}: it takes ${BACKEND_FORMS}`]);
  const number = Number(port);
  if (number < 1 || number > 65_535) {
    throw new ConfigError([`${shown(entry)}: a port is a number from 1 to 65535`]);
  }
  return { host: host.toLowerCase(), port: number };
}

/** What it is called in metrics and messages. */
function nameOf(entry: BackendEntry): string {
  return entry.kind === "dns" ? `${DNS}${entry.host}:${entry.port}` : entry.address;
}

/** Quoted, and without what may be a secret. */
function shown(entry: string): string {
  return JSON.stringify(entry.replace(/\/\/[^/]*@/, "//***@").replace(/\?.*/, "?***"));
}
