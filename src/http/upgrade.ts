/**
 * From a request to a WebSocket that always tells how it ends.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";

/** Time that the answer to a handshake has to leave, in ms. */
const OPEN_TIMEOUT_MS = 10_000;

/** Options of {@linkcode upgradeToSocket}. */
export interface UpgradeOptions {
  readonly clock: Clock;
  /** Time without a sign of life after which the connection is closed, in s. */
  readonly pingTimeoutS: number;
  /** Told of each whole message. */
  readonly onMessage?: (() => void) | undefined;
  /** @default {Deno.upgradeWebSocket} */
  readonly upgrade?: typeof Deno.upgradeWebSocket;
}

/**
 * Accepts a handshake. Of a client that has gone before the answer could leave the runtime tells
 * nothing, neither `close` nor `error`: such a socket gets its `error` after ten seconds.
 */
export function upgradeToSocket(
  request: Request,
  { clock, pingTimeoutS, onMessage, upgrade = Deno.upgradeWebSocket }: UpgradeOptions,
): Deno.WebSocketUpgrade {
  const upgraded = upgrade(request, { idleTimeout: pingTimeoutS });
  const { socket } = upgraded;
  const cancel = clock.after(OPEN_TIMEOUT_MS, () => {
    // Whoever listened has heard that it is over.
    socket.onopen = () => socket.close();
    socket.dispatchEvent(new Event("error"));
  });
  if (onMessage !== undefined) socket.addEventListener("message", onMessage);
  for (const event of ["open", "error", "close"]) socket.addEventListener(event, cancel);
  return upgraded;
}
