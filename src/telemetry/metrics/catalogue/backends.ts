/**
 * The metrics of a fleet of backends.
 *
 * @module
 */

import { counter, gauge, histogram } from "../spec.ts";

const FIRST_CHUNK_S = [
  ...[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75],
  ...[1, 1.5, 2, 3, 5, 10, 30, 60],
];

const onlyWith = "a fleet of backends";

const backend = "the backend's address";

/** How a synthesis on a backend may end. */
export const BACKEND_CODES = [
  "ok",
  "cancelled",
  "unavailable",
  "overloaded",
  "timeout",
  "internal",
  "not_found",
  "invalid",
] as const;

/** By name. */
export const backendMetrics = {
  backend_up: gauge("1 when a backend is reachable and takes sentences, else 0.", {
    labels: { backend },
    onlyWith,
    across: "min",
  }),
  backend_outstanding: gauge("Syntheses that a backend has begun and not ended.", {
    labels: { backend },
    onlyWith,
  }),
  backend_limit: gauge("Syntheses that a backend takes at the same time.", {
    labels: { backend },
    onlyWith,
    across: "max",
  }),
  backend_breaker_state: gauge("A backend's circuit breaker: 0 closed, 1 half open, 2 open.", {
    labels: { backend },
    onlyWith,
    across: "max",
  }),
  backend_waiting: gauge("Sentences that wait for a backend.", { onlyWith }),
  backend_requests_total: counter("Syntheses that ended on a backend.", {
    labels: { backend, code: BACKEND_CODES },
    onlyWith,
  }),
  backend_first_chunk_seconds: histogram(
    "Time from asking a backend to its first audio, in seconds.",
    FIRST_CHUNK_S,
    { labels: { backend }, onlyWith },
  ),
  backend_failovers_total: counter("Sentences that went on at another backend.", {
    labels: { phase: ["before_first_chunk", "mid_sentence"] },
    onlyWith,
  }),
  backend_joins_total: counter(
    "Sentences whose audio passed from one backend to another: to the sample, at a word, or by time.",
    { labels: { kind: ["exact", "word", "time"] }, onlyWith },
  ),
  backend_hedges_total: counter("Second attempts at a late sentence, by whether they were first.", {
    labels: { won: ["true", "false"] },
    onlyWith,
  }),
  backend_retries_denied_total: counter("Attempts that the retry budget did not allow.", {
    labels: { kind: ["failover", "hedge"] },
    onlyWith,
  }),
};
