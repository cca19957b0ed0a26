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

/** The one listener's handler. */
export function createRouter(
  { files, session, voices, admin }: RouterOptions,
): (request: Request, info: { readonly remoteAddr: Deno.NetAddr }) => Promise<Response> {
  const routes: Routes = {
    ...files,
    "/v1/session": (request, { url }) => session.handle(request, url),
    "/v1/voices": voicesRoute(voices),
    ...healthRoutes(admin.health),
    ...adminRoutes(admin),
  };
  const ids = new RequestIds();
  return async (request, { remoteAddr }) => {
    const url = new URL(request.url);
    // Nothing more is done for HEAD: the runtime leaves the body out of the answer.
    const isTaken = request.method === "GET" || request.method === "HEAD";
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
