/**
 * Which request goes where.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { jsonError } from "./json_error.ts";
import type { SessionRoute } from "./session_route.ts";

const GREETING = `Syrinx, a streaming voice server.
Sessions: connect a WebSocket to /v1/session, send {"type":"text","text":"Hello.","final":true}.
`;

/** The one listener's handler. */
export function createRouter(
  options: { readonly session: SessionRoute },
): (request: Request) => Response | Promise<Response> {
  return (request) => {
    const url = new URL(request.url);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return jsonError(STATUS_CODE.MethodNotAllowed, {
        code: "method_not_allowed",
        message: `${request.method} is not taken here`,
      }, { allow: "GET, HEAD" });
    }
    switch (url.pathname) {
      case "/":
        return new Response(GREETING, { headers: { "content-type": "text/plain; charset=utf-8" } });
      case "/v1/session":
        return options.session.handle(request, url);
      default:
        return jsonError(STATUS_CODE.NotFound, {
          code: "not_found",
          message: `there is nothing at ${url.pathname}`,
        });
    }
  };
}
