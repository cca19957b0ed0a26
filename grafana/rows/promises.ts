/**
 * The promises to listeners, and how much of them is kept.
 *
 * @module
 */

import { bands, heatmap, lines } from "../panels.ts";
import { perMinute, perSecond, quantiles, series, shareWithin } from "../promql.ts";
import { type Row, THIRD } from "./row.ts";

/** The alert rules' share of promises that may break: see alerts.yml. */
const BUDGET = 0.01;

/** Burn rates at which the alert rules speak: two call someone, two can wait. */
const BURN_RATES = [1, 3, 6, 14.4];

export function promises(): Row {
  return {
    title: "Which promise broke?",
    panels: [
      heatmap({
        ...THIRD,
        title: "Barge-in latency",
        description:
          "From the client's barge_in to the report that speech has stopped: how many, by how long it took. The promise is 50 ms.",
        unit: "s",
        queries: { "{{le}}": perSecond("barge_in_latency_seconds_bucket", "le") },
      }),
      lines({
        ...THIRD,
        title: "Barge-in latency, quantiles",
        description: "The same as p50, p95 and p99. Below the dashed line is in time.",
        unit: "s",
        queries: quantiles("barge_in_latency_seconds"),
        marks: [0.05],
        exemplars: true,
      }),
      lines({
        ...THIRD,
        title: "In time: barge-in and first audio",
        description:
          "Share of the barge-ins within 50 ms and of the first audio within 500 ms. The objective is 99 %.",
        unit: "percentunit",
        queries: {
          "barge-in": shareWithin(0.05, "barge_in_latency_seconds"),
          "first audio": shareWithin(0.5, "time_to_first_audio_seconds"),
        },
        max: 1,
        marks: [1 - BUDGET],
      }),
      lines({
        ...THIRD,
        title: "SLA compliance",
        description:
          "Share of the last 1,000 of each kind that kept the promise in the settings (SLA_BARGE_IN_MS, SLA_FIRST_AUDIO_MS, SLA_SYNTHESIS_MS), per server.",
        unit: "percent",
        queries: { "{{sla}} {{instance}}": series("sla_compliance_percent") },
        max: 100,
      }),
      lines({
        ...THIRD,
        title: "Broken promises",
        description: "Promises that were broken, per minute.",
        unit: "none",
        queries: { "{{sla}}": perMinute("sla_violations_total", "sla") },
      }),
      lines({
        ...THIRD,
        title: "Budget burn rate",
        description:
          "How fast the 1 % of promises that may break is used up; 1 lasts just as long as it is meant to. Dashed: where alerts come.",
        unit: "none",
        queries: {
          "{{sla}}, 1 h": burnRate("1h"),
          "{{sla}}, 6 h": burnRate("6h"),
        },
        marks: BURN_RATES,
      }),
      bands({
        width: 24,
        height: 6,
        title: "Alerts",
        description: "Alerts that are pending (yellow) or firing (red).",
        unit: "none",
        queries: {
          "{{alertname}} {{sla}} {{instance}}":
            `max by (alertname, sla, instance) (${ALERTS_FIRING} * 2 or ${ALERTS_PENDING})`,
        },
        states: {
          1: { text: "pending", color: "yellow" },
          2: { text: "firing", color: "red" },
        },
      }),
    ],
  };
}

// An alert about all servers together has no instance, so that only the job chooses.
const ALERTS_FIRING = 'ALERTS{alertstate="firing",job=~"$job"}';
const ALERTS_PENDING = 'ALERTS{alertstate="pending",job=~"$job"}';

function burnRate(window: string): string {
  return `job_sla:sla_violations:ratio_rate${window}{job=~"$job"} / ${BUDGET}`;
}
