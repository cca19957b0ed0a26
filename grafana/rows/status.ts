/**
 * One line on top: is there anything to look for at all?
 *
 * @module
 */

import { number } from "../panels.ts";
import { perSecond, quantile, ratio, series, sum } from "../promql.ts";
import type { Row } from "./row.ts";

const NARROW = { width: 4, height: 4 };

export function status(): Row {
  return {
    panels: [
      number({
        ...NARROW,
        title: "Servers ready",
        description: "Servers that take new sessions. Each of them should.",
        unit: "none",
        queries: { ready: sum("ready") },
        colours: [["red"], ["green", 1]],
      }),
      number({
        ...NARROW,
        title: "Alerts",
        description: "Alerts that fire now. Each one tells what to do.",
        unit: "none",
        queries: { firing: 'count(ALERTS{alertstate="firing",job=~"$job"}) or vector(0)' },
        colours: [["green"], ["red", 1]],
      }),
      number({
        ...NARROW,
        title: "Sessions",
        description: "Listeners that are connected.",
        unit: "none",
        queries: { sessions: sum("sessions_active") },
      }),
      number({
        ...NARROW,
        title: "First audio, p95",
        description:
          "Nineteen of twenty listeners hear their agent at most this long after its first words came. The promise is 500 ms.",
        unit: "s",
        queries: { p95: quantile(0.95, "time_to_first_audio_seconds") },
        colours: [["green"], ["yellow", 0.3], ["red", 0.5]],
      }),
      number({
        ...NARROW,
        title: "Barge-in promise",
        description: "The worst server's share of the last 1,000 barge-ins that were in time.",
        unit: "percent",
        queries: { kept: `min(${series("sla_compliance_percent", 'sla="barge_in"')})` },
        colours: [["red"], ["yellow", 99], ["green", 99.5]],
      }),
      number({
        ...NARROW,
        title: "Errors",
        description: "Share of the syntheses that fail. An alert comes at 5 %.",
        unit: "percentunit",
        queries: {
          failed: ratio(perSecond("synthesis_errors_total"), perSecond("synthesis_total")),
        },
        colours: [["green"], ["yellow", 0.01], ["red", 0.05]],
      }),
    ],
  };
}
