/**
 * The embedded engine's threads; a server whose engine runs elsewhere has none.
 *
 * @module
 */

import { lines } from "../panels.ts";
import { perMinute, sum } from "../promql.ts";
import { type Row, THIRD } from "./row.ts";

export function engine(): Row {
  return {
    title: "Embedded engine",
    collapsed: true,
    panels: [
      lines({
        ...THIRD,
        title: "Engine threads",
        description:
          "Threads that speak (busy), that could (idle), and that stand by for one that is lost or held up (spare). Without a spare, the next loss costs a start.",
        unit: "none",
        queries: { "{{state}}": sum("engine_threads", "state") },
      }),
      lines({
        ...THIRD,
        title: "Waiting for a thread",
        description: "Syntheses that have a worker and wait for a thread. Should be 0.",
        unit: "none",
        queries: { waiting: sum("engine_threads_waiting") },
      }),
      lines({
        ...THIRD,
        title: "Threads replaced",
        description:
          "Threads per minute that broke, or did not answer, and were replaced. Should be 0.",
        unit: "none",
        queries: { replaced: perMinute("engine_thread_restarts_total") },
      }),
    ],
  };
}
