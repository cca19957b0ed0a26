/**
 * The fleet of gRPC backends; a server with an embedded engine has none.
 *
 * @module
 */

import { lines } from "../panels.ts";
import { perSecond, quantile, series, sum } from "../promql.ts";
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
      lines({
        ...QUARTER,
        title: "Backends' first audio, p95",
        description: "From asking a backend to its first audio. 95 % come at most this late.",
        unit: "s",
        queries: { "{{backend}}": quantile(0.95, "backend_first_chunk_seconds", "backend") },
      }),
      lines({
        ...QUARTER,
        title: "Failovers and hedges",
        description:
          "Sentences per second that went on at another backend, before or after their " +
          "first audio, and second attempts that were made because the first was late.",
        unit: "reqps",
        queries: {
          "{{phase}}": perSecond("backend_failovers_total", "phase"),
          "hedge, first: {{won}}": perSecond("backend_hedges_total", "won"),
        },
      }),
      lines({
        ...QUARTER,
        title: "Joins inside a sentence",
        description:
          "Sentences per second whose audio passed from one backend to another: exact: " +
          "to the sample; word: between two words; time: by the clock.",
        unit: "reqps",
        queries: { "{{kind}}": perSecond("backend_joins_total", "kind") },
      }),
      lines({
        ...QUARTER,
        title: "Waiting for a backend",
        description: "Sentences that a worker holds and no backend has room for. More backends " +
          "are needed when it stays above 0.",
        unit: "none",
        queries: { "sentences": sum("backend_waiting") },
      }),
    ],
  };
}
