/**
 * Which request goes where.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { requestContext, RequestIds } from "../telemetry/context.ts";
import { loggerOf } from "../telemetry/logger.ts";
import { type AdminOptions, adminRoutes } from "./admin.ts";
import { healthRoutes, type HealthSource } from "./health.ts";
import { jsonError } from "./json_error.ts";
import type { Route, Routes } from "./route.ts";
import type { SessionRoute } from "./session_route.ts";
import { type VoicesOptions, voicesRoute } from "./voices.ts";

/** Options of {@linkcode createRouter}. */
export interface RouterOptions {
  /** What browsers get. */
  readonly files: Routes;
  readonly session: SessionRoute;
  readonly voices: VoicesOptions;
  readonly admin: AdminOptions & { readonly health: HealthSource };
}

const ANY_ORIGIN: [string, string] = ["access-control-allow-origin", "*"];

/** The one listener's handler. */
export function createRouter(
  { files, session, voices, admin }: RouterOptions,
): (request: Request, info: { readonly remoteAddr: Deno.NetAddr }) => Promise<Response> {
  const open: Routes = {
    "/v1/session": forAnyOrigin((request, { url }) => session.handle(request, url)),
    "/v1/voices": forAnyOrigin(voicesRoute(voices)),
  };
  const routes: Routes = {
    ...files,
    ...open,
    ...healthRoutes(admin.health),
    ...adminRoutes(admin),
  };
  const ids = new RequestIds();
  return async (request, { remoteAddr }) => {
    const url = new URL(request.url);
    // Nothing more is done for HEAD: the runtime leaves the body out of the answer.
    const isTaken = request.method === "GET" || request.method === "HEAD" ||
      (request.method === "OPTIONS" && url.pathname in open);
    const route = isTaken ? routes[url.pathname] ?? notFound : notAllowed;
    const handle = () => route(request, { url, peer: remoteAddr.hostname });
    try {
      return await requestContext({ requestId: ids.next() }, handle);
    } catch (error) {
      loggerOf("http").error("A request failed", {
        path: url.pathname,
        error: error instanceof Error ? error.stack : String(error),
      });
      return failed();
    }
  };
}

/** To pages of any origin: who may use a route is a matter of keys, and not of cookies. */
function forAnyOrigin(route: Route): Route {
  return async (request, context) => {
    if (request.method === "OPTIONS") return preflight();
    const response = await route(request, context);
    // The answer to an upgrade is the runtime's.
    if (response.status !== STATUS_CODE.SwitchingProtocols) response.headers.set(...ANY_ORIGIN);
    return response;
  };
}

/** What a browser asks before it sends a key along to another origin. */
function preflight(): Response {
  return new Response(null, {
    status: STATUS_CODE.NoContent,
    headers: [
      ANY_ORIGIN,
      ["access-control-allow-methods", "GET, HEAD"],
      ["access-control-allow-headers", "authorization"],
      ["access-control-max-age", "600"],
    ],
  });
}

const notFound: Route = (_request, { url }) =>
  jsonError(STATUS_CODE.NotFound, {
    code: "not_found",
    message: `there is nothing at ${url.pathname}`,
  });

const notAllowed: Route = ({ method }) =>
  jsonError(STATUS_CODE.MethodNotAllowed, {
    code: "method_not_allowed",
    message: `${method} is not taken here`,
  }, { allow: "GET, HEAD" });

function failed(): Response {
  return jsonError(STATUS_CODE.InternalServerError, {
    code: "internal",
    message: "the server failed; this was logged",
  });
}
