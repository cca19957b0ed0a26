/**
 * Who may see what the server measures.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { Gate } from "./gate.ts";
import { jsonError } from "./json_error.ts";
import { type HttpRefusal, refuse } from "./refusal.ts";
import type { RequestContext } from "./route.ts";

/** Headers by which a proxy tells that it passes on another's request. */
const PROXY_HEADERS = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/** With keys: whoever shows one. Without: whoever is on this machine. */
export class AdminGate {
  readonly #gate: Gate;

  /** @param gate knows the admin's keys. */
  constructor(gate: Gate) {
    this.#gate = gate;
  }

  /** The answer for whom it does not let through. */
  async refusal(request: Request, context: RequestContext): Promise<Response | undefined> {
    if (!this.#gate.needsKey) return isFromHere(request, context) ? undefined : forbidden();
    const who = await this.#gate.identify(request, context);
    return "stranger" in who ? refuse(who.refusal) : undefined;
  }
}

/**
 * From a program on this machine, as far as one can tell: not through a proxy that says so, nor out
 * of a web page that makes a visitor's browser ask, by whatever name it has the browser call us.
 */
function isFromHere(request: Request, { url, peer }: RequestContext): boolean {
  const site = request.headers.get("sec-fetch-site") ?? "none";
  return isLoopback(peer) && isLoopbackName(url.hostname) &&
    (site === "none" || site === "same-origin") &&
    !PROXY_HEADERS.some((name) => request.headers.has(name));
}

/** Whether an IP address is this machine's own. */
export function isLoopback(address: string): boolean {
  return /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address) || address === "::1";
}

function isLoopbackName(hostname: string): boolean {
  return hostname === "localhost" || isLoopback(hostname.replace(/^\[(.*)\]$/, "$1"));
}

/** How to show an admin's key. */
export const adminKeyNeeded: Omit<HttpRefusal, "status"> = {
  error: {
    code: "unauthorized",
    message: "one of ADMIN_KEYS is needed: as Authorization: Bearer KEY, or as token=KEY",
  },
  headers: { "www-authenticate": "Bearer" },
};

function forbidden(): Response {
  return jsonError(STATUS_CODE.Forbidden, {
    code: "forbidden",
    message: "without ADMIN_KEYS this is for programs on the server's machine only, which call " +
      "it localhost or 127.0.0.1 and use no proxy; set ADMIN_KEYS and show one of them",
  });
}
