/**
 * Counts syntheses and what the workers do.
 *
 * @module
 */

import type { SpeechEvent } from "../../speech/events.ts";
import { BusyWindow } from "./busy_window.ts";
import type { Distribution } from "./distribution.ts";
import type { Latency } from "./latency.ts";
import type { MetricSet } from "./metric_set.ts";
import type { Cell } from "./values.ts";

type Started = Extract<SpeechEvent, { type: "synthesis_started" }>;
type FirstChunk = Extract<SpeechEvent, { type: "synthesis_first_chunk" }>;
type Ended = Extract<SpeechEvent, { type: "synthesis_ended" }>;

/** The synthesis that a worker is in. */
interface OpenSynthesis {
  readonly started: Started;
  hasAudio: boolean;
  /** Until when its time is counted. */
  settledAt: number;
}

/** Options of {@linkcode SynthesisRecorder}. */
export interface SynthesisRecorderOptions {
  readonly metrics: MetricSet;
  readonly workers: number;
  readonly latency: Latency;
  /** Clock time, ms. */
  readonly now: number;
}

/**
 * A worker is in one synthesis at a time, so what is open is kept by worker. Times are clock times
 * in ms.
 */
export class SynthesisRecorder {
  readonly #open = new Map<number, OpenSynthesis>();
  readonly #latency: Latency;
  readonly #window: BusyWindow;
  readonly #firstChunk: Distribution;
  readonly #realTimeFactor: Distribution;
  readonly #total: Cell;
  readonly #errors: Cell;
  readonly #cancelled: Cell;
  readonly #tasks: Cell;
  readonly #workerErrors: Cell;
  readonly #restarts: Cell;
  /** Busy time by worker, in seconds. */
  readonly #busy: Cell[] = [];
  readonly #metrics: MetricSet;

  constructor({ metrics, workers, latency, now }: SynthesisRecorderOptions) {
    this.#latency = latency;
    this.#window = new BusyWindow(workers, now);
    this.#firstChunk = metrics.distribution("synthesis_first_chunk_seconds").cell();
    this.#realTimeFactor = metrics.distribution("synthesis_real_time_factor").cell();
    this.#total = metrics.value("synthesis_total").cell();
    this.#errors = metrics.value("synthesis_errors_total").cell();
    this.#cancelled = metrics.value("synthesis_cancelled_total").cell();
    this.#tasks = metrics.value("worker_tasks_total").cell();
    this.#workerErrors = metrics.value("worker_errors_total").cell();
    this.#restarts = metrics.value("worker_restarts_total").cell();
    this.#metrics = metrics;
    this.resize(workers, now);
  }

  /** There are so many workers from now on. */
  resize(workers: number, now: number): void {
    this.#window.resize(workers, now);
    const busy = this.#metrics.value("worker_busy_seconds_total");
    while (this.#busy.length < workers) {
      this.#busy.push(busy.cell({ worker: String(this.#busy.length) }));
    }
  }

  start(event: Started, now: number): void {
    if (this.#busy[event.worker] === undefined) return;
    this.#settle(event.worker, now);
    this.#open.set(event.worker, { started: event, hasAudio: false, settledAt: now });
    this.#window.set(this.#open.size, now);
  }

  noteFirstChunk(event: FirstChunk, traceId: string | undefined): void {
    const open = this.#find(event);
    if (open === undefined || open.hasAudio) return;
    open.hasAudio = true;
    this.#firstChunk.observe(event.afterMs / 1000, traceId);
  }

  end(event: Ended, now: number, traceId: string | undefined): void {
    if (this.#find(event) === undefined) return;
    this.#close(event.worker, now);
    if (event.outcome === "cancelled") return this.#cancelled.add();
    this.#total.add();
    if (event.outcome === "failed") return this.#countError();
    const { durationMs, audioMs } = event;
    this.#latency.note(durationMs, now, traceId);
    if (audioMs > 0) this.#realTimeFactor.observe(durationMs / audioMs);
  }

  /** The synthesis that a worker died in, if it was in one, has failed. */
  restart(worker: number, now: number): void {
    this.#restarts.add();
    if (!this.#open.has(worker)) return this.#workerErrors.add();
    this.#close(worker, now);
    this.#total.add();
    this.#countError();
  }

  /** Adds the time of what is under way to the busy time: to be called before that is read. */
  settle(now: number): void {
    for (const worker of this.#open.keys()) this.#settle(worker, now);
  }

  /** Share of the last 15 s that the workers were busy, 0 to 100. */
  utilisationPercent(now: number): number {
    return this.#window.percent(now);
  }

  #find({ worker, sessionId, utteranceId, index }: FirstChunk | Ended): OpenSynthesis | undefined {
    const open = this.#open.get(worker);
    if (open === undefined) return undefined;
    const { started } = open;
    const isSame = started.sessionId === sessionId && started.utteranceId === utteranceId &&
      started.index === index;
    return isSame ? open : undefined;
  }

  #close(worker: number, now: number): void {
    this.#settle(worker, now);
    this.#open.delete(worker);
    this.#window.set(this.#open.size, now);
    this.#tasks.add();
  }

  #settle(worker: number, now: number): void {
    const open = this.#open.get(worker);
    if (open === undefined) return;
    this.#busy[worker]!.add((now - open.settledAt) / 1000);
    open.settledAt = now;
  }

  #countError(): void {
    this.#errors.add();
    this.#workerErrors.add();
  }
}
