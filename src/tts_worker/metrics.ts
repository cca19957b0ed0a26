/**
 * The worker's numbers, for Prometheus.
 *
 * @module
 */

import process from "node:process";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ThreadPoolStats } from "../backends/embedded.ts";
import type { StatusName } from "./call_error.ts";
import type { Outcome, WorkerEvent } from "./events.ts";

const OUTCOMES: readonly Outcome[] = ["completed", "cancelled", "deadline_exceeded", "failed"];

const REFUSALS: readonly StatusName[] = [
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "RESOURCE_EXHAUSTED",
  "UNAVAILABLE",
];

/** From a short sentence's first audio to a stuck engine, in seconds. */
const LATENCY_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30];

/** In seconds; 50 ms is what a listener who interrupts is promised. */
const STOP_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5];

/** What is read at each scrape. */
export interface WorkerMetricsOptions {
  readonly engine: string;
  readonly stats: () => {
    readonly open: number;
    readonly active: number;
    readonly maxConcurrentSyntheses: number;
    readonly busyMs: number;
  };
  readonly threadStats?: () => ThreadPoolStats;
}

/** Counts what it is told, in a registry of its own. */
export class WorkerMetrics {
  readonly #registry = new Registry();
  readonly #syntheses: Counter<"outcome">;
  readonly #refused: Counter<"code">;
  readonly #firstAudio: Histogram;
  readonly #duration: Histogram;
  readonly #cancelLatency: Histogram;
  readonly #audio: Counter;
  readonly #characters: Counter;

  constructor(options: WorkerMetricsOptions) {
    this.#syntheses = this.#counter(
      "syntheses_total",
      "Syntheses that ended.",
      "outcome",
      OUTCOMES,
    );
    this.#refused = this.#counter("refused_total", "Calls turned away.", "code", REFUSALS);
    this.#firstAudio = this.#histogram(
      "first_audio_seconds",
      "From a call to its first audio.",
      LATENCY_BUCKETS,
    );
    this.#duration = this.#histogram(
      "synthesis_seconds",
      "From a call to the end of its synthesis, of those that completed.",
      LATENCY_BUCKETS,
    );
    this.#cancelLatency = this.#histogram(
      "cancel_latency_seconds",
      "From when nobody wants a synthesis any more to when the backend has let go of it.",
      STOP_BUCKETS,
    );
    this.#audio = this.#counter("audio_seconds_total", "Audio given to clients.");
    this.#characters = this.#counter("characters_total", "Text of syntheses that ended.");
    this.#readAtScrape(options);
  }

  /** Takes a fact. */
  record(event: WorkerEvent): void {
    switch (event.type) {
      case "refused":
        return this.#refused.inc({ code: event.code });
      case "first_audio":
        return this.#firstAudio.observe(event.afterMs / 1000);
      case "synthesis_ended":
        this.#syntheses.inc({ outcome: event.outcome });
        this.#audio.inc(event.audioMs / 1000);
        this.#characters.inc(event.characters);
        if (event.outcome === "completed") this.#duration.observe(event.ms / 1000);
        if (event.stopMs !== undefined) this.#cancelLatency.observe(event.stopMs / 1000);
    }
  }

  /** All numbers in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #readAtScrape({ engine, stats, threadStats }: WorkerMetricsOptions): void {
    this.#gauge("syntheses_active", "Syntheses that run.", () => stats().active);
    this.#gauge("calls_open", "Synthesize calls that have not ended.", () => stats().open);
    this.#gauge(
      "max_concurrent_syntheses",
      "Syntheses that may run at once.",
      () => stats().maxConcurrentSyntheses,
    );
    this.#read(
      "tts_worker_busy_seconds_total",
      "Time that syntheses have run, all together.",
      () => stats().busyMs / 1000,
    );
    if (threadStats !== undefined) this.#readThreads(threadStats);
    this.#read("process_cpu_seconds_total", "Processor time of the process.", () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    });
    this.#processGauge(
      "process_resident_memory_bytes",
      "Memory of the process.",
      () => Deno.memoryUsage().rss,
    );
    this.#processGauge(
      "process_heap_bytes",
      "Heap of the main thread.",
      () => Deno.memoryUsage().heapUsed,
    );
    this.#processGauge(
      "process_start_time_seconds",
      "When the process started.",
      () => performance.timeOrigin / 1000,
    );
    new Gauge({
      name: "tts_worker_info",
      help: "What the worker is.",
      labelNames: ["engine"],
      registers: [this.#registry],
    }).set({ engine }, 1);
  }

  #readThreads(stats: () => ThreadPoolStats): void {
    new Gauge({
      name: "tts_worker_engine_threads",
      help: "Threads of the engine.",
      labelNames: ["state"],
      registers: [this.#registry],
      collect() {
        const { threads, busy, spares } = stats();
        this.set({ state: "busy" }, busy);
        this.set({ state: "idle" }, threads - busy);
        this.set({ state: "spare" }, spares);
      },
    });
    this.#gauge(
      "engine_threads_waiting",
      "Syntheses that wait for a thread.",
      () => stats().waiting,
    );
    this.#read(
      "tts_worker_engine_thread_restarts_total",
      "Threads that were replaced.",
      () => stats().restarts,
    );
  }

  #counter<Label extends string>(
    name: string,
    help: string,
    label?: Label,
    values: readonly string[] = [],
  ): Counter<Label> {
    const counter = new Counter<Label>({
      name: `tts_worker_${name}`,
      help,
      labelNames: label === undefined ? [] : [label],
      registers: [this.#registry],
    });
    // So that a rate is right from the first event on.
    for (const value of values) counter.inc({ [label!]: value } as Record<Label, string>, 0);
    return counter;
  }

  #histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({
      name: `tts_worker_${name}`,
      help,
      buckets,
      registers: [this.#registry],
    });
  }

  #gauge(name: string, help: string, read: () => number): void {
    this.#processGauge(`tts_worker_${name}`, help, read);
  }

  #processGauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.set(read());
      },
    });
  }

  /** A counter that is kept elsewhere. */
  #read(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.#registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}
