/**
 * Where clients put their keys: our own, and those of the vendors that are served.
 *
 * @module
 */

/** Headers that hold nothing but a key, by whose clients they are sent: ElevenLabs, Cartesia. */
export const KEY_HEADERS = ["xi-api-key", "x-api-key"];

/** Parameters of the query: ours, and those of Cartesia's and of ElevenLabs' clients in browsers. */
export const KEY_PARAMETERS = [
  "token",
  "api_key",
  "access_token",
  "authorization",
  "single_use_token",
];

/** What is followed by a key in the name of a subprotocol: ours, and that of OpenAI's Realtime. */
const KEY_PREFIXES = ["bearer.", "openai-insecure-api-key."];

/** Every key that a request shows; browsers can set no headers for a WebSocket. */
export function shownKeys(headers: Headers, url: URL): string[] {
  // Deepgram's clients say "Token".
  const authorization = /^(?:Bearer|Token) +(\S+)$/i.exec(headers.get("authorization") ?? "");
  return [
    authorization?.[1],
    ...KEY_HEADERS.map((name) => headers.get(name)),
    keyAmong(offeredProtocols(headers)),
    ...KEY_PARAMETERS.map((name) => url.searchParams.get(name)),
  ].filter((key) => key != null);
}

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
