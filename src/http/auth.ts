/**
 * Who may speak.
 *
 * @module
 */

import { createHash, timingSafeEqual } from "node:crypto";

/** Decides by the keys that the server was given; without keys everybody may speak. */
export class Auth {
  /** Keys are compared by their hashes: equal length, and no byte of a key tells where it differs. */
  readonly #hashes: readonly Uint8Array[];

  constructor(keys: readonly string[]) {
    this.#hashes = keys.map(hash);
  }

  /** Whether a key is needed at all. */
  get isRequired(): boolean {
    return this.#hashes.length > 0;
  }

  /** Whether the request shows a valid key. */
  allows(request: Request, url: URL): boolean {
    if (!this.isRequired) return true;
    return shownKeys(request, url).some((key) => this.accepts(key));
  }

  /** Whether it is a valid key. */
  accepts(key: string): boolean {
    const shown = hash(key);
    let isValid = false;
    for (const known of this.#hashes) isValid = timingSafeEqual(known, shown) || isValid;
    return isValid;
  }
}

function hash(key: string): Uint8Array {
  return createHash("sha256").update(key).digest();
}

/** Headers that hold nothing but a key, by whose clients they are sent: ElevenLabs, Cartesia. */
const KEY_HEADERS = ["xi-api-key", "x-api-key"];

/** Parameters of the query: ours, and those of Cartesia's clients in browsers. */
const KEY_PARAMETERS = ["token", "api_key", "access_token"];

/** Wherever the clients that are served put a key; browsers can set no headers for a WebSocket. */
function shownKeys({ headers }: Request, url: URL): string[] {
  // Deepgram's clients say "Token".
  const authorization = /^(?:Bearer|Token) +(\S+)$/i.exec(headers.get("authorization") ?? "");
  return [
    authorization?.[1],
    ...KEY_HEADERS.map((name) => headers.get(name)),
    keyAmong(offeredProtocols(headers)),
    ...KEY_PARAMETERS.map((name) => url.searchParams.get(name)),
  ].filter((key) => key != null);
}

/** What is followed by a key in the name of a subprotocol: ours, and that of OpenAI's Realtime. */
const KEY_PREFIXES = ["bearer.", "openai-insecure-api-key."];

/** Deepgram's clients offer `token` or `bearer`, and then the key. */
function keyAmong(offered: readonly string[]): string | undefined {
  for (const prefix of KEY_PREFIXES) {
    const name = offered.find((name) => name.startsWith(prefix));
    if (name !== undefined) return name.slice(prefix.length);
  }
  const scheme = offered.findIndex((name) => name === "token" || name === "bearer");
  return scheme < 0 ? undefined : offered[scheme + 1];
}

/** The WebSocket subprotocols that a client offers. */
export function offeredProtocols(headers: Headers): string[] {
  const header = headers.get("sec-websocket-protocol") ?? "";
  return header.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
