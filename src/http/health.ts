/**
 * `/health`, `/readiness` and `/liveness`, for load balancers and orchestrators; open to all.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { HealthKind, HealthReport } from "../telemetry/health.ts";
import type { GetRoutes } from "./route.ts";

/** What knows how the server is. */
export interface HealthSource {
  check(kind: HealthKind): HealthReport | Promise<HealthReport>;
}

/** The paths, each also by the name that Kubernetes likes. */
export function healthRoutes(source: HealthSource): GetRoutes {
  const health = async () => answer(await source.check("health"));
  const readiness = async () => answer(await source.check("readiness"));
  const liveness = async () => answer(await source.check("liveness"));
  return {
    "/health": health,
    "/healthz": health,
    "/readiness": readiness,
    "/readyz": readiness,
    "/liveness": liveness,
    "/livez": liveness,
  };
}

function answer({ status, uptimeS, checks }: HealthReport): Response {
  return Response.json({ status, uptime_seconds: uptimeS, checks }, {
    status: status === "unavailable" ? STATUS_CODE.ServiceUnavailable : STATUS_CODE.OK,
    headers: { "cache-control": "no-store" },
  });
}
