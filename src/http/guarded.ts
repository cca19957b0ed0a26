/**
 * Routes for those only who may come in.
 *
 * @module
 */

import type { Door } from "./door.ts";
import type { HttpRefusal, Refuse } from "./refusal.ts";
import type { Methods, Route, Routes } from "./route.ts";
import { isHandshake } from "./handshake.ts";

/** Options of {@linkcode guarded}. */
export interface GuardOptions {
  readonly door: Door;
  /** Tells a stranger, in the protocol's words; of several protocols, that of the request. */
  readonly refuse: (refusal: HttpRefusal, request: Request) => ReturnType<Refuse>;
  /** Whether a WebSocket's client may show its key in a message. */
  readonly takesKeyLater?: boolean;
}

/** The same routes, which are told who asks, and are not asked by strangers. */
export function guarded(options: GuardOptions, routes: Routes): Routes {
  return Object.fromEntries(
    Object.entries(routes).map(([path, route]) => [path, guardMethods(options, route)]),
  );
}

function guardMethods(options: GuardOptions, route: Route | Methods): Methods {
  const { GET, POST } = typeof route === "function" ? { GET: route, POST: undefined } : route;
  return {
    ...(GET && { GET: guardRoute(options, GET) }),
    ...(POST && { POST: guardRoute(options, POST) }),
  };
}

function guardRoute({ door, refuse, takesKeyLater }: GuardOptions, route: Route): Route {
  return async (request, context) => {
    const who = await door.options.gate.identify(request, context);
    if (!("stranger" in who)) return route(request, { ...context, visitor: who });
    const mayWait = takesKeyLater && who.stranger === "unauthorized" && isHandshake(request);
    if (mayWait) return route(request, context);
    // A client that only asks why it was refused is none that could have been served.
    if (request.method === "POST" || isHandshake(request)) door.noteRefusal(who.stranger);
    return refuse(who.refusal, request);
  };
}
