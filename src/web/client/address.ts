/**
 * Where a session is, and how a client shows who it is.
 *
 * @module
 */

import { SyrinxError } from "./errors.ts";
import type { ConnectOptions } from "./options.ts";

/** Where sessions are, if the address names only the server. */
const SESSION_PATH = "/v1/session";

/**
 * The address of a session: `http:` becomes `ws:`, a page's relative address is resolved, and
 * without a path it is `/v1/session`.
 */
export function sessionUrl(
  address: string | URL,
  options: ConnectOptions,
  base = (globalThis as { location?: { href: string } }).location?.href,
): URL {
  const url = parseUrl(address, base);
  url.protocol = url.protocol.replace(/^http/, "ws");
  if (url.pathname === "/") url.pathname = SESSION_PATH;
  const { voice, speed, encoding, sampleRate, leadMs } = options;
  const query = { voice, speed, encoding, sample_rate: sampleRate, lead_ms: leadMs };
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  url.searchParams.set("audio_header", "1");
  url.searchParams.set("words", "1");
  url.hash = "";
  return url;
}

/** The subprotocols to offer. A browser cannot set headers: a key is shown as one of them. */
export function subprotocols({ token }: ConnectOptions): string[] {
  return token === undefined ? ["syrinx.v1"] : ["syrinx.v1", `bearer.${token}`];
}

function parseUrl(address: string | URL, base: string | undefined): URL {
  try {
    return new URL(address, base);
  } catch (error) {
    throw new SyrinxError("bad_option", `${address} is not an address`, { cause: error });
  }
}
