/**
 * Why a session could not be opened, in one line. A failed WebSocket does not tell the server's
 * answer, so the same is asked once more as plain HTTP.
 *
 * @module
 */

/** No session; the message is one line for the person at the terminal. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
}

/** A connection that failed. */
export interface FailedConnection {
  readonly url: URL;
  readonly headers: Record<string, string>;
  /** Whether the socket had been opened. */
  readonly wasOpen: boolean;
  /** How long its greeting was waited for. */
  readonly timeoutMs: number;
}

/** Longest wait for the reason of a refusal, in ms. */
const REASON_TIMEOUT_MS = 5_000;

const START_HINT = "is the server running? Start it with: npx --yes deno@2.9.6 task start";

/** Finds out why, as well as it can be known. Never throws. */
export async function describeFailure(failed: FailedConnection): Promise<ConnectError> {
  // The query is left out: it may hold a key.
  const where = failed.url.origin + failed.url.pathname;
  if (failed.wasOpen) {
    return new ConnectError(`${where} is no Syrinx server: it did not start a session`);
  }
  const response = await askAgain(failed);
  if (response === undefined) return new ConnectError(`cannot connect to ${where}: ${START_HINT}`);
  if (response.status < 400) {
    await response.body?.cancel();
    const seconds = failed.timeoutMs / 1000;
    return new ConnectError(`${where} did not start a session within ${seconds} s; try again`);
  }
  return new ConnectError(
    `${where} refused (HTTP ${response.status}): ${await reasonOf(response)}`,
  );
}

async function askAgain({ url, headers }: FailedConnection): Promise<Response | undefined> {
  const http = new URL(url);
  http.protocol = url.protocol === "wss:" ? "https:" : "http:";
  try {
    return await fetch(http, {
      headers: {
        ...headers,
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
      },
      signal: AbortSignal.timeout(REASON_TIMEOUT_MS),
    });
  } catch {
    return undefined;
  }
}

/** The server's own words, where the answer is one of its errors. */
async function reasonOf(response: Response): Promise<string> {
  const retryAfter = response.headers.get("retry-after");
  const hint = retryAfter === null ? "" : `; try again in ${retryAfter} s`;
  try {
    const { error } = JSON.parse(await response.text());
    const allowed = Array.isArray(error.allowed) ? `; allowed: ${error.allowed.join(", ")}` : "";
    return `${error.message}${allowed}${hint}`;
  } catch {
    return `${response.statusText || "without a reason"}${hint}`;
  }
}
