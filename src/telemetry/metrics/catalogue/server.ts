/**
 * The metrics of the process and of the engine's threads in it.
 *
 * @module
 */

import { counter, gauge, histogram } from "../spec.ts";

const LAG_S = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 60];

const onlyWith = "an embedded engine";

/** By name. */
export const serverMetrics = {
  ready: gauge(
    "1 when the server takes sessions, as /readiness says, else 0; " +
      "1 also while it is full or overloaded and refuses some.",
    { across: "each" },
  ),
  event_loop_lag_seconds: histogram(
    "Time by which a timer fired late, sampled ten times a second, in seconds.",
    LAG_S,
    { across: "each" },
  ),
  process_cpu_seconds_total: counter("Processor time of the process, in seconds.", {
    across: "each",
  }),
  process_resident_memory_bytes: gauge("Memory of the process, in bytes.", { across: "each" }),
  process_heap_bytes: gauge("JavaScript heap of the main thread in use, in bytes.", {
    across: "each",
  }),
  process_start_time_seconds: gauge("When the process started, in seconds since 1970.", {
    across: "each",
  }),
  syrinx_build_info: gauge("Always 1; the labels tell what is running.", {
    labels: {
      version: "the server's version",
      deno: "the runtime's version",
      engine: "the speech engine or backend",
    },
    across: "max",
  }),
};

/** By name. */
export const engineMetrics = {
  engine_threads: gauge("Engine threads.", {
    labels: { state: ["busy", "idle", "spare"] },
    onlyWith,
  }),
  engine_threads_waiting: gauge("Sentences that wait for an engine thread.", { onlyWith }),
  engine_thread_restarts_total: counter("Engine threads that were lost and replaced.", {
    onlyWith,
  }),
};
