/**
 * The fleet of gRPC backends; a server with an embedded engine has none.
 *
 * @module
 */

import { lines } from "../panels.ts";
import { perSecond, series, sum } from "../promql.ts";
import { QUARTER, type Row } from "./row.ts";

export function backends(): Row {
  return {
    title: "Backends",
    collapsed: true,
    panels: [
      lines({
        ...QUARTER,
        title: "Backends up",
        description: "1: reachable and ready to speak.",
        unit: "none",
        queries: { "{{backend}}": `min by (backend) (${series("backend_up")})` },
        max: 1,
      }),
      lines({
        ...QUARTER,
        title: "Requests",
        description: "Syntheses per second by backend and how they ended.",
        unit: "reqps",
        queries: {
          "{{backend}} {{code}}": perSecond("backend_requests_total", "backend, code"),
        },
      }),
      lines({
        ...QUARTER,
        title: "Outstanding requests",
        description: "Syntheses that a backend has begun. They should be spread evenly.",
        unit: "none",
        queries: { "{{backend}}": sum("backend_outstanding", "backend") },
      }),
      lines({
        ...QUARTER,
        title: "Breakers",
        description:
          "2: a backend failed so often that it is left alone for a while; 1: it is being tried " +
          "again; 0: all is well. One server's view.",
        unit: "none",
        queries: { "{{backend}} {{instance}}": series("backend_breaker_state") },
        max: 2,
      }),
    ],
  };
}
