/**
 * The metrics of syntheses and of the workers that drive them.
 *
 * @module
 */

import { counter, gauge, gaugeNamedTotal, histogram } from "../spec.ts";

// deno-fmt-ignore
const SYNTHESIS_S = [
  0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 10, 30, 60, 300, 1800,
];

// deno-fmt-ignore
const WAIT_S = [
  0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800,
];

// deno-fmt-ignore
const REAL_TIME_FACTOR = [
  0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9, 1, 1.2, 1.5, 2, 5, 10, 100,
];

/** By name. */
export const synthesisMetrics = {
  synthesis_total: counter("Syntheses that completed or failed."),
  synthesis_errors_total: counter("Syntheses that failed."),
  synthesis_cancelled_total: counter(
    "Syntheses that an interruption or the server's stop cut short: neither success nor error.",
  ),
  synthesis_active: gauge("Syntheses under way."),
  synthesis_queue_depth: gauge("Sentences that wait for a worker."),
  synthesis_latency_seconds: histogram(
    "Time of a completed synthesis from its start to its last audio, in seconds.",
    SYNTHESIS_S,
  ),
  synthesis_first_chunk_seconds: histogram(
    "Time from a synthesis's start to its first audio, in seconds.",
    SYNTHESIS_S,
  ),
  synthesis_real_time_factor: histogram(
    "Time of a completed synthesis divided by the length of its audio; below 1 it is faster than speech.",
    REAL_TIME_FACTOR,
  ),
  queue_wait_seconds: histogram(
    "Time from a sentence's being queued to a worker's taking it, in seconds.",
    WAIT_S,
  ),
  scheduler_wait_deadline_missed_total: counter(
    "Sentences that were taken more than 10 ms after their listener had run out of audio.",
  ),
  workers_active: gauge("Workers in the middle of a synthesis."),
  workers_idle: gauge("Workers that wait for a sentence."),
  workers_total: gaugeNamedTotal("Workers there are."),
  worker_utilization_percent: gauge(
    "Share of the last 15 s that the workers spent in syntheses, 0 to 100.",
    { across: "mean" },
  ),
  worker_busy_seconds_total: counter(
    "Time that a worker spent in syntheses, the one under way included, in seconds.",
    { labels: { worker: "the worker's number, from 0" }, across: "each" },
  ),
  worker_tasks_total: counter("Syntheses that ended, in whatever way."),
  worker_errors_total: counter("Syntheses that failed, and faults of a worker outside of one."),
  worker_restarts_total: counter("Workers that died of a fault and were started again."),
};
