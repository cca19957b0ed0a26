/**
 * What is not counted but looked at when somebody asks: the server's state, and the process's.
 *
 * @module
 */

import { cpuUsage } from "node:process";
import type { FleetFigures } from "./backend_recorder.ts";
import { type CacheFigures, setCacheGauges } from "./cache_gauges.ts";
import type { MetricSet } from "./metric_set.ts";

/** The engine's threads, where the engine is embedded. */
export interface EngineThreadFigures {
  /** Threads in service, busy or idle. */
  readonly threads: number;
  readonly busy: number;
  /** Spares that are ready. */
  readonly spares: number;
  /** Callers that wait for a thread. */
  readonly waiting: number;
  /** Threads lost since the start. */
  readonly restarts: number;
}

/** The server's numbers now. */
export interface LiveFigures {
  /** Sentences that wait for a worker. */
  readonly queued: number;
  readonly workers: number;
  /** Workers in the middle of a synthesis. */
  readonly busyWorkers: number;
  /** Sessions that have not ended. */
  readonly sessions: number;
  /** Connections that are not closed. */
  readonly connections: number;
  /** Bytes in the send buffers of all connections. */
  readonly sendBufferBytes: number;
  /** Sessions that are not paced and wait for their turn. */
  readonly unpacedWaiting: number;
  /** Whether the server takes sessions. */
  readonly isReady: boolean;
  readonly engineThreads?: EngineThreadFigures;
  readonly fleet?: FleetFigures;
  readonly cache?: CacheFigures | undefined;
}

/** Writes the server's numbers. */
export function setLiveGauges(metrics: MetricSet, live: LiveFigures): void {
  metrics.value("synthesis_active").cell().set(live.busyWorkers);
  metrics.value("synthesis_queue_depth").cell().set(live.queued);
  metrics.value("workers_active").cell().set(live.busyWorkers);
  metrics.value("workers_idle").cell().set(live.workers - live.busyWorkers);
  metrics.value("workers_total").cell().set(live.workers);
  metrics.value("sessions_active").cell().set(live.sessions);
  metrics.value("connections_active").cell().set(live.connections);
  metrics.value("send_buffer_bytes").cell().set(live.sendBufferBytes);
  metrics.value("unpaced_sessions_waiting").cell().set(live.unpacedWaiting);
  metrics.value("ready").cell().set(live.isReady ? 1 : 0);
  if (live.engineThreads !== undefined) setEngineGauges(metrics, live.engineThreads);
  if (live.cache !== undefined) setCacheGauges(metrics, live.cache);
}

function setEngineGauges(metrics: MetricSet, figures: EngineThreadFigures): void {
  const { threads, busy, spares, waiting, restarts } = figures;
  const states = metrics.value("engine_threads");
  states.cell({ state: "busy" }).set(busy);
  states.cell({ state: "idle" }).set(threads - busy);
  states.cell({ state: "spare" }).set(spares);
  metrics.value("engine_threads_waiting").cell().set(waiting);
  metrics.value("engine_thread_restarts_total").cell().raise(restarts);
}

/** Writes the process's numbers. */
export function setProcessGauges(metrics: MetricSet): void {
  const { rss, heapUsed } = Deno.memoryUsage();
  const { system, user } = cpuUsage();
  metrics.value("process_resident_memory_bytes").cell().set(rss);
  metrics.value("process_heap_bytes").cell().set(heapUsed);
  metrics.value("process_cpu_seconds_total").cell().raise((system + user) / 1e6);
  metrics.value("process_start_time_seconds").cell().set(performance.timeOrigin / 1000);
}
