/**
 * Why a session could not be opened. A failed WebSocket does not tell the server's answer, so the
 * same is asked once more as plain HTTP.
 *
 * @module
 */

import { SyrinxError } from "./errors.ts";

/** Longest wait for the reason, in ms. */
const REASON_MS = 3_000;

/** HTTP's answer to a request that should be a WebSocket: all else is well. */
const UPGRADE_REQUIRED = 426;

/** The reason as well as it can be known: the server's own, or `error`. Never throws. */
export async function reasonOf(
  url: URL,
  token: string | undefined,
  error: unknown,
): Promise<unknown> {
  const http = new URL(url);
  http.protocol = url.protocol.replace(/^ws/, "http");
  try {
    const response = await fetch(http, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(REASON_MS),
    });
    const { error: reason } = await response.json();
    if (response.status === UPGRADE_REQUIRED || reason?.message === undefined) return error;
    return new SyrinxError(reason.code, reason.message, { cause: error });
  } catch {
    return error;
  }
}
