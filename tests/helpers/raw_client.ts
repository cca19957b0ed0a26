/** The bytes of WebSocket clients that do what no library does. */

/** An upgrade request (RFC 6455, 4.1) for `path` on `host`. */
export function upgradeRequest(
  host: string,
  path: string,
  headers: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const lines = Object.entries({
    Host: host,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`);
  return new TextEncoder().encode([`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
}

/** A client's text frame (RFC 6455, 5.2) of at most 65,535 bytes, with an all-zero mask. */
export function clientFrame(message: object): Uint8Array<ArrayBuffer> {
  const payload = new TextEncoder().encode(JSON.stringify(message));
  const length = payload.length < 126
    ? [0x80 | payload.length]
    : [0x80 | 126, payload.length >> 8, payload.length & 0xff];
  return Uint8Array.from([0x81, ...length, 0, 0, 0, 0, ...payload]);
}
