/**
 * Asking the server something beside the session.
 *
 * @module
 */

/** Longest wait for an answer, in ms. */
const TIMEOUT_MS = 4_000;

/** What came of it: `refused` will not be otherwise when asked again, `failed` may be. */
export type Answer<Body> =
  | { readonly status: "ok"; readonly body: Body }
  | { readonly status: "refused" | "failed" };

/** Asks. Never throws. */
export async function fetchJson<Body>(
  path: string,
  token: string | undefined,
): Promise<Answer<Body>> {
  try {
    const response = await fetch(path, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.ok) return { status: "ok", body: await response.json() };
    return { status: response.status < 500 ? "refused" : "failed" };
  } catch {
    return { status: "failed" };
  }
}
