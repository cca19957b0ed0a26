/**
 * The process itself, and what its clients do to it.
 *
 * @module
 */

import { lines } from "../panels.ts";
import { perMinute, perSecond, quantile, series, sum } from "../promql.ts";
import { QUARTER, type Row } from "./row.ts";

export function process(): Row {
  return {
    title: "Process",
    panels: [
      lines({
        ...QUARTER,
        title: "Event loop lag",
        description:
          "How late the thread is that reads, decides and sends. Above 50 ms (dashed) no barge-in can be in time.",
        unit: "s",
        queries: {
          p50: quantile(0.5, "event_loop_lag_seconds"),
          p99: quantile(0.99, "event_loop_lag_seconds"),
        },
        marks: [0.05],
      }),
      lines({
        ...QUARTER,
        title: "Memory",
        description: "Memory of the process, and its heap. It should not rise day by day.",
        unit: "bytes",
        queries: {
          "process {{instance}}": series("process_resident_memory_bytes"),
          "heap {{instance}}": series("process_heap_bytes"),
        },
      }),
      lines({
        ...QUARTER,
        title: "CPU",
        description: "Cores in use. Engine threads are among them.",
        unit: "none",
        queries: { "{{instance}}": perSecond("process_cpu_seconds_total", "instance") },
      }),
      lines({
        ...QUARTER,
        title: "Send buffers",
        description:
          "Bytes that wait for clients to read them. It rises when clients or their networks are slow.",
        unit: "bytes",
        queries: { "{{instance}}": sum("send_buffer_bytes", "instance") },
      }),
      lines({
        ...QUARTER,
        title: "Messages",
        description: "Messages from and to clients per second; audio is among those sent.",
        unit: "reqps",
        queries: { "{{direction}}": perSecond("messages_total", "direction") },
      }),
      lines({
        ...QUARTER,
        title: "Protocol errors",
        description: "Messages that were refused, per minute, by the code that clients were told.",
        unit: "none",
        queries: { "{{code}}": perMinute("protocol_errors_total", "code") },
      }),
      lines({
        ...QUARTER,
        title: "Sessions that ended",
        description: "Sessions per minute, by how they ended. gone: the connection was lost.",
        unit: "none",
        queries: { "{{close}}": perMinute("sessions_total", "close") },
      }),
      lines({
        ...QUARTER,
        title: "Restarts",
        description: "Workers that met a fault of their own and were started again, per minute.",
        unit: "none",
        queries: { workers: perMinute("worker_restarts_total") },
      }),
    ],
  };
}
