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
    const key = shownKey(request, url);
    return key !== undefined && this.#isValid(key);
  }

  #isValid(key: string): boolean {
    const shown = hash(key);
    let isValid = false;
    for (const known of this.#hashes) isValid = timingSafeEqual(known, shown) || isValid;
    return isValid;
  }
}

function hash(key: string): Uint8Array {
  return createHash("sha256").update(key).digest();
}

/** From the header, the subprotocols (browsers cannot set headers), or the query, in that order. */
function shownKey(request: Request, url: URL): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "");
  if (bearer !== null) return bearer[1];
  const offered = offeredProtocols(request).find((name) => name.startsWith("bearer."));
  return offered?.slice("bearer.".length) ?? url.searchParams.get("token") ?? undefined;
}

/** The WebSocket subprotocols that a client offers. */
export function offeredProtocols(request: Request): string[] {
  const header = request.headers.get("sec-websocket-protocol") ?? "";
  return header.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
