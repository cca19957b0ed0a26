/**
 * What the server can do, and how near to that it is.
 *
 * @module
 */

import { gauge, lines } from "../panels.ts";
import { perMinute, perSecond, quantile, quantiles, series, sum } from "../promql.ts";
import { QUARTER, type Row } from "./row.ts";

export function limits(): Row {
  return {
    title: "What limits the server?",
    panels: [
      gauge({
        ...QUARTER,
        title: "Worker utilisation",
        description:
          "Share of the last 15 seconds that the workers were busy, per server. From 90 % on, speech begins late at the next rush.",
        unit: "percent",
        queries: { "{{instance}}": series("worker_utilization_percent") },
        colours: [["green"], ["yellow", 70], ["red", 90]],
      }),
      lines({
        ...QUARTER,
        title: "Workers",
        description: "Workers in the middle of a synthesis, and those that wait for a sentence.",
        unit: "none",
        queries: {
          active: sum("workers_active"),
          idle: sum("workers_idle"),
          all: sum("workers_total"),
        },
      }),
      lines({
        ...QUARTER,
        title: "Queue depth",
        description:
          "Sentences that wait for a worker. Short peaks are fine; an alert comes when it stays above 5.",
        unit: "none",
        queries: { "{{instance}}": sum("synthesis_queue_depth", "instance") },
        marks: [5],
      }),
      lines({
        ...QUARTER,
        title: "Queue wait",
        description: "How long sentences wait for a worker.",
        unit: "s",
        queries: quantiles("queue_wait_seconds"),
      }),
      lines({
        ...QUARTER,
        title: "Synthesis latency",
        description:
          "One sentence, from its start to its last audio. The promise is 300 ms; an alert comes when p95 stays above 500 ms (dashed).",
        unit: "s",
        queries: quantiles("synthesis_latency_seconds"),
        marks: [0.5],
        exemplars: true,
      }),
      lines({
        ...QUARTER,
        title: "Time to the first chunk",
        description: "How long the engine takes until it gives the first audio of a sentence.",
        unit: "s",
        queries: quantiles("synthesis_first_chunk_seconds"),
      }),
      lines({
        ...QUARTER,
        title: "Real-time factor",
        description:
          "Time to synthesise, divided by the length of the speech. At 1 (dashed) an engine speaks no faster than the listener listens.",
        unit: "none",
        queries: quantiles("synthesis_real_time_factor"),
        marks: [1],
      }),
      lines({
        ...QUARTER,
        title: "Throughput and errors",
        description:
          "Syntheses that were finished, failed ones among them, and those that were cancelled because nobody needed them any more.",
        unit: "reqps",
        queries: {
          finished: perSecond("synthesis_total"),
          failed: perSecond("synthesis_errors_total"),
          cancelled: perSecond("synthesis_cancelled_total"),
        },
      }),
      lines({
        ...QUARTER,
        title: "Speech made",
        description: "Seconds of audio sent per second: listeners that are spoken to at one time.",
        unit: "none",
        queries: { "audio per second": perSecond("audio_sent_seconds_total") },
      }),
      lines({
        ...QUARTER,
        title: "Deadlines missed",
        description:
          "Sentences, per minute, that were taken by a worker only after their listener had run out of audio.",
        unit: "none",
        queries: { missed: perMinute("scheduler_wait_deadline_missed_total") },
      }),
      lines({
        ...QUARTER,
        title: "Refused sessions",
        description:
          "Connections that were not taken, per minute. full: MAX_SESSIONS is reached; draining: the server is stopping; the others are the client's fault.",
        unit: "none",
        queries: { "{{reason}}": perMinute("sessions_refused_total", "reason") },
      }),
      lines({
        ...QUARTER,
        title: "Speech thrown away by barge-ins, p95",
        description:
          "Audio that was sent and never heard. At most the lead (300 ms, or what the client chose).",
        unit: "s",
        queries: { p95: quantile(0.95, "barge_in_discarded_audio_seconds") },
      }),
    ],
  };
}
