/**
 * Which request goes where.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { requestContext, RequestIds } from "../telemetry/context.ts";
import { loggerOf } from "../telemetry/logger.ts";
import { type AdminOptions, adminRoutes } from "./admin.ts";
import { descriptionRoutes } from "./description_routes.ts";
import { healthRoutes, type HealthSource } from "./health.ts";
import { jsonError } from "./json_error.ts";
import type { Methods, Route, Routes } from "./route.ts";
import { RouteTable } from "./route_table.ts";
import type { RequestInfo } from "./listener/http_server.ts";
import type { SpeechRoutes } from "./speech_routes.ts";

/** Options of {@linkcode createRouter}. */
export interface RouterOptions {
  /** What browsers get. */
  readonly files: Routes;
  /** What listeners' clients use, from pages of any origin. */
  readonly speech: SpeechRoutes;
  /** Whether a page of that origin may use them. */
  readonly takesOrigin: (origin: string | null) => boolean;
  readonly admin: AdminOptions & { readonly health: HealthSource };
}

const ANY_ORIGIN: [string, string] = ["access-control-allow-origin", "*"];

/** The one listener's handler. */
export function createRouter(
  { files, speech, takesOrigin, admin }: RouterOptions,
): (request: Request, info: Pick<RequestInfo, "remoteAddr" | "onMessage">) => Promise<Response> {
  const operators = { ...healthRoutes(admin.health), ...adminRoutes(admin) };
  const open = new RouteTable({
    ...speech.routes,
    ...descriptionRoutes(speech.facts, { ...speech.routes, ...operators }),
  });
  const others = new RouteTable({ ...files, ...operators });
  const ids = new RequestIds();
  return async (request, { remoteAddr, onMessage }) => {
    const url = URL.parse(request.url);
    if (url === null) return badUrl();
    const match = open.find(url.pathname);
    const { methods, params } = match ?? others.find(url.pathname) ?? UNKNOWN;
    const route = methods === NOTHING ? notFound : routeOf(request.method, methods);
    const handle = () => route(request, { url, peer: remoteAddr.hostname, params, onMessage });
    try {
      const response = await requestContext(
        { requestId: ids.next() },
        match === undefined || !takesOrigin(request.headers.get("origin"))
          ? handle
          : () => forAnyOrigin(request, methods, handle),
      );
      return asItSays(response);
    } catch (error) {
      loggerOf("http").error("A request failed", {
        path: url.pathname,
        error: error instanceof Error ? error.stack : String(error),
      });
      return failed();
    }
  };
}

/** Forbids a browser to take an answer for something else than it says, such as text for a script. */
function asItSays(response: Response): Response {
  // The answer to an upgrade is the runtime's.
  if (response.status !== STATUS_CODE.SwitchingProtocols) {
    response.headers.set("x-content-type-options", "nosniff");
  }
  return response;
}

const notFound: Route = (_request, { url }) =>
  jsonError(STATUS_CODE.NotFound, {
    code: "not_found",
    message: `there is nothing at ${url.pathname}`,
  });

const NOTHING: Methods = {};

/** What is not there is not there by any method. */
const UNKNOWN = { methods: NOTHING, params: {} };

function routeOf(method: string, methods: Methods): Route {
  // Nothing more is done for HEAD: the runtime leaves the body out of the answer.
  const name = method === "HEAD" ? "GET" : method;
  return (name === "GET" || name === "POST" ? methods[name] : undefined) ?? notAllowed(methods);
}

/** To pages of any origin: who may use a route is a matter of keys, and not of cookies. */
async function forAnyOrigin(
  request: Request,
  methods: Methods,
  handle: () => Response | Promise<Response>,
): Promise<Response> {
  if (request.method === "OPTIONS") return preflight(methods);
  const response = await handle();
  // The answer to an upgrade is the runtime's.
  if (response.status !== STATUS_CODE.SwitchingProtocols) response.headers.set(...ANY_ORIGIN);
  return response;
}

/** What a browser asks before it sends a key or a body along to another origin. */
function preflight(methods: Methods): Response {
  return new Response(null, {
    status: STATUS_CODE.NoContent,
    headers: [
      ANY_ORIGIN,
      ["access-control-allow-methods", allowed(methods)],
      // By the Fetch standard the star stands for all others: vendors' clients send many.
      ["access-control-allow-headers", "authorization, *"],
      ["access-control-max-age", "600"],
    ],
  });
}

function notAllowed(methods: Methods): Route {
  return ({ method }) =>
    jsonError(STATUS_CODE.MethodNotAllowed, {
      code: "method_not_allowed",
      message: `${method} is not taken here, but ${allowed(methods)}`,
    }, { allow: allowed(methods) });
}

function allowed(methods: Methods): string {
  return [methods.GET && "GET, HEAD", methods.POST && "POST"].filter(Boolean).join(", ");
}

/** The host's name comes from the client, and may be none. */
function badUrl(): Response {
  return jsonError(STATUS_CODE.BadRequest, {
    code: "bad_message",
    message: "the request's target and its Host header make no URL",
    field: "host",
  });
}

function failed(): Response {
  return jsonError(STATUS_CODE.InternalServerError, {
    code: "internal",
    message: "the server failed; this was logged",
  });
}
