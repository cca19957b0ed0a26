/**
 * What an operator asks for: measurements, and profiles of the running server.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { AdminGate } from "./admin_gate.ts";
import { type DebugSource, heapRoute, profileRoute } from "./debug.ts";
import type { Gate } from "./gate.ts";
import { jsonError } from "./json_error.ts";
import type { GetRoutes, RequestContext, Route } from "./route.ts";

/** What was measured. */
export interface MetricsSource {
  /** In the format that the `accept` header asks for. */
  scrape(accept: string | null): Promise<{ readonly contentType: string; readonly body: string }>;
  /** As an object for JSON. */
  summary(): unknown;
  /** What happened when in one session, as an object for JSON; undefined for one not known. */
  waterfall(sessionId: string): unknown | undefined;
}

/** Options of {@linkcode adminRoutes}. */
export interface AdminOptions {
  readonly gate: AdminGate;
  /** Knows the listeners. */
  readonly listeners: Gate;
  /** Absent when nothing is measured. */
  readonly metrics?: MetricsSource;
  readonly profiler: DebugSource;
}

/** Parameters of the summary. */
const PARAMETERS = ["session", "token"];

/** The paths, behind the gate. */
export function adminRoutes(options: AdminOptions): GetRoutes {
  const { gate, metrics, profiler } = options;
  const gated = (route: Route): Route => async (request, context) =>
    await gate.refusal(request, context) ?? route(request, context);
  const routes: GetRoutes = {
    "/metrics": gated(metrics === undefined ? notMeasured : scrapeRoute(metrics)),
    "/metrics/summary": summaryRoute(options, gated),
    "/debug/profile": gated(profileRoute(profiler)),
    "/debug/heap": gated(heapRoute(profiler)),
  };
  return Object.fromEntries(Object.entries(routes).map(([path, route]) => [path, fresh(route)]));
}

/** No cache may keep an answer. */
function fresh(route: Route): Route {
  return async (request, context) => {
    const response = await route(request, context);
    response.headers.set("cache-control", "no-store");
    return response;
  };
}

function scrapeRoute(metrics: MetricsSource): Route {
  return async (request) => {
    const { contentType, body } = await metrics.scrape(request.headers.get("accept"));
    return new Response(body, { headers: { "content-type": contentType } });
  };
}

/**
 * `/metrics/summary`, and with `?session=ID` one session's waterfall. That one is also for
 * listeners: whoever may speak, and knows the session's random id.
 */
function summaryRoute(
  { metrics, listeners }: AdminOptions,
  gated: (route: Route) => Route,
): Route {
  const summary = gated(() =>
    metrics === undefined ? notMeasured() : Response.json(metrics.summary())
  );
  const waterfall: Route = (_request, { url }) =>
    metrics === undefined ? notMeasured() : waterfallOf(metrics, url.searchParams.get("session")!);
  const gatedWaterfall = gated(waterfall);
  return async (request: Request, context: RequestContext) => {
    const unknown = [...context.url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
    if (unknown !== undefined) return unknownParameter(unknown);
    if (!context.url.searchParams.has("session")) return summary(request, context);
    const isStranger = "stranger" in await listeners.identify(request, context);
    return (isStranger ? gatedWaterfall : waterfall)(request, context);
  };
}

function unknownParameter(field: string): Response {
  return jsonError(STATUS_CODE.BadRequest, {
    code: "bad_message",
    message: `there is no parameter ${field}`,
    field,
    allowed: PARAMETERS,
  });
}

function waterfallOf(metrics: MetricsSource, sessionId: string): Response {
  const waterfall = metrics.waterfall(sessionId);
  if (waterfall !== undefined) return Response.json(waterfall);
  return jsonError(STATUS_CODE.NotFound, {
    code: "not_found",
    message: "no such session is known; those that ended a while ago are forgotten",
    field: "session",
  });
}

function notMeasured(): Response {
  return jsonError(STATUS_CODE.NotFound, {
    code: "not_found",
    message: "nothing is measured: the server runs with METRICS=false",
  });
}
