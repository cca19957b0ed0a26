/**
 * What an operator asks for: measurements, and profiles of the running server.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { AdminGate } from "./admin_gate.ts";
import { type DebugSource, heapRoute, profileRoute } from "./debug.ts";
import type { Gate } from "./gate.ts";
import type { HealthSource } from "./health.ts";
import { jsonError } from "./json_error.ts";
import type { GetRoutes, RequestContext, Route } from "./route.ts";

/** What was measured. */
export interface MetricsSource {
  /** In the format that the `accept` header asks for. */
  scrape(accept: string | null): Promise<{ readonly contentType: string; readonly body: string }>;
  /** An object for JSON, or a promise of it. */
  summary(): unknown;
  /** What happened when in one session, likewise; undefined for one not known. */
  waterfall(sessionId: string): unknown;
}

/** From where operators are answered. */
export interface OperatorSources {
  readonly health: HealthSource;
  /** Absent when nothing is measured. */
  readonly metrics?: MetricsSource;
  readonly profiler: DebugSource;
  /**
   * Asks another of several processes for its profile: the one that the parameter `process` names.
   * Absent where there are no others.
   */
  readonly debugOf?: (request: Request) => Promise<Response>;
}

/** Options of {@linkcode adminRoutes}. */
export interface AdminOptions extends Omit<OperatorSources, "health"> {
  readonly gate: AdminGate;
  /** Knows the listeners. */
  readonly listeners: Gate;
}

/** Parameters of the summary. */
const PARAMETERS = ["session", "token"];

/** The paths, behind the gate. */
export function adminRoutes(options: AdminOptions): GetRoutes {
  const { gate, metrics, profiler, debugOf } = options;
  const gated = (route: Route): Route => async (request, context) =>
    await gate.refusal(request, context) ?? route(request, context);
  const routes: GetRoutes = {
    "/metrics": gated(metrics === undefined ? notMeasured : scrapeRoute(metrics)),
    "/metrics/summary": summaryRoute(options, gated),
    "/debug/profile": gated(ofAnyProcess(profileRoute(profiler), debugOf)),
    "/debug/heap": gated(ofAnyProcess(heapRoute(profiler), debugOf)),
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

/** A profile is of one process: of this one, unless the request names one. */
function ofAnyProcess(own: Route, debugOf: OperatorSources["debugOf"]): Route {
  if (debugOf === undefined) return own;
  return async (request, context) => {
    if (!context.url.searchParams.has("process")) return own(request, context);
    const { status, body, headers } = await debugOf(request);
    // Those of what was fetched cannot be changed.
    return new Response(body, { status, headers });
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
  const summary = gated(async () =>
    metrics === undefined ? notMeasured() : Response.json(await metrics.summary())
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

async function waterfallOf(metrics: MetricsSource, sessionId: string): Promise<Response> {
  const waterfall = await metrics.waterfall(sessionId);
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
