/**
 * Async workers, started once and kept: each takes a sentence, drives its synthesis to the end, and
 * takes the next. There are as many as the backend can speak for at the same time.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";
import type { AudioChunk, Backend } from "./backend.ts";
import type { Record, SynthesisOutcome, SynthesisRef } from "./events.ts";
import type { Scheduler, SynthesisJob } from "./scheduler.ts";

/**
 * Runs a synthesis in surroundings of its own, such as a profile: it must call `synthesise` once, and
 * settle as that does. What it throws fails the sentence.
 */
export type Around = (synthesis: SynthesisRef, synthesise: () => Promise<void>) => Promise<void>;

/** Options of {@linkcode WorkerPool}. */
export interface WorkerPoolOptions {
  readonly size: number;
  readonly scheduler: Scheduler;
  readonly backend: Backend;
  readonly clock: Clock;
  readonly record: Record;
  /** Longest wait for a chunk, the first or the next, in ms; then the sentence fails. */
  readonly chunkTimeoutMs: number;
  /**
   * Called after `synthesis_started` and over before `synthesis_ended` is recorded.
   * @default {(_, synthesise) => synthesise()}
   */
  readonly around?: Around;
}

/** Pause before a worker that died is started again, in ms: a bug must not spin. */
const RESTART_DELAY_MS = 100;

/** Drives syntheses, `size` at a time. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #around: Around;
  readonly #stop = new AbortController();
  /** By worker: its loop, until it has left. */
  readonly #loops = new Map<number, Promise<void>>();
  /** By worker: what ends its wait for a sentence. */
  readonly #waits = new Map<number, AbortController>();
  #size: number;
  #isStarted = false;
  #busy = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#around = options.around ?? ((_, synthesise) => synthesise());
    this.#size = options.size;
  }

  /** Number of workers. */
  get size(): number {
    return this.#size;
  }

  /** Workers in the middle of a synthesis. */
  get busy(): number {
    return this.#busy;
  }

  /** Starts the workers; a second call changes nothing. */
  start(): void {
    this.#isStarted = true;
    this.#fill();
  }

  /** There are so many workers from now on; those that are too many finish what they are in. */
  resize(size: number): void {
    if (size === this.#size) return;
    this.#size = size;
    this.#options.record({ type: "workers_changed", workers: size });
    // Whoever waits goes, or waits as one of so many.
    for (const wait of this.#waits.values()) wait.abort();
    if (this.#isStarted) this.#fill();
  }

  /** Cancels what is being synthesised and waits until every worker has stopped. */
  async stop(): Promise<void> {
    this.#stop.abort(new DOMException("the worker pool stops", "AbortError"));
    for (const wait of this.#waits.values()) wait.abort();
    await Promise.all(this.#loops.values());
  }

  #fill(): void {
    for (let worker = 0; worker < this.#size; worker++) {
      if (this.#loops.has(worker)) continue;
      this.#loops.set(
        worker,
        this.#keepAlive(worker).finally(() => this.#loops.delete(worker)),
      );
    }
  }

  /** Whether a worker is still wanted. */
  #isWanted(worker: number): boolean {
    return worker < this.#size && !this.#stop.signal.aborted;
  }

  /** Runs one worker, and another in its place should it ever die. */
  async #keepAlive(worker: number): Promise<void> {
    const { record } = this.#options;
    while (this.#isWanted(worker)) {
      try {
        await this.#work(worker);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        record({ type: "worker_restarted", worker, error: messageOf(error) });
        await this.#pause(RESTART_DELAY_MS);
      }
    }
  }

  async #work(worker: number): Promise<void> {
    while (this.#isWanted(worker)) {
      const job = await this.#nextJob(worker);
      if (job === undefined || job.signal.aborted) continue;
      this.#busy++;
      try {
        await this.#speak(job, worker);
      } finally {
        this.#busy--;
      }
    }
  }

  /** The next sentence; undefined when the wait was ended. The first of several workers is the kept one. */
  async #nextJob(worker: number): Promise<SynthesisJob | undefined> {
    const wait = new AbortController();
    this.#waits.set(worker, wait);
    try {
      const isKept = worker === 0 && this.#size > 1;
      return await this.#options.scheduler.next(wait.signal, isKept);
    } catch (error) {
      if (!wait.signal.aborted) throw error;
    } finally {
      this.#waits.delete(worker);
    }
  }

  async #speak(job: SynthesisJob, worker: number): Promise<void> {
    const { clock, record } = this.#options;
    const startedAt = clock.now();
    const synthesis: SynthesisRef = { ...job.sentence, worker };
    const attempt = new Attempt(this.#options, job, this.#stop.signal);
    record({ type: "synthesis_started", ...synthesis });
    attempt.onFirstChunk = () =>
      record({ type: "synthesis_first_chunk", ...synthesis, afterMs: clock.now() - startedAt });
    let outcome: SynthesisOutcome = "completed";
    let error: string | undefined;
    try {
      await this.#around(synthesis, () => attempt.run());
    } catch (reason) {
      error = messageOf(reason);
      outcome = job.signal.aborted ? "cancelled" : "failed";
    }
    record({
      type: "synthesis_ended",
      ...synthesis,
      outcome,
      durationMs: clock.now() - startedAt,
      audioMs: attempt.audioMs,
      ...(error === undefined ? {} : { error }),
      ...(outcome === "failed" ? { text: job.text } : {}),
    });
    if (outcome === "completed") job.complete();
    else if (outcome === "failed") job.fail(error!);
  }

  #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(ms, resolve);
    this.#stop.signal.addEventListener("abort", () => {
      cancel();
      resolve();
    }, { once: true });
    return promise;
  }
}

/**
 * One synthesis. It ends when its stream ends, fails, is no longer wanted or takes too long;
 * a backend that ignores the cancellation is left behind, so it can never hold a worker.
 */
class Attempt {
  readonly #options: WorkerPoolOptions;
  readonly #job: SynthesisJob;
  readonly #cancel = new AbortController();
  readonly #poolSignal: AbortSignal;
  /** Clock time of its last sign of life, ms. */
  #heardAt = 0;
  #cancelWatch: CancelTimer = () => {};
  /** Samples received, and the rate that turns them into time. */
  #samples = 0;
  onFirstChunk: () => void = () => {};

  constructor(options: WorkerPoolOptions, job: SynthesisJob, poolSignal: AbortSignal) {
    this.#options = options;
    this.#job = job;
    this.#poolSignal = poolSignal;
  }

  /** Audio received so far, in ms. */
  get audioMs(): number {
    const voice = this.#options.backend.voices.find((voice) => voice.id === this.#job.voice);
    return voice === undefined ? 0 : this.#samples * 1000 / voice.sampleRate;
  }

  async run(): Promise<void> {
    const { signal } = this.#cancel;
    const stopped = Promise.withResolvers<never>();
    stopped.promise.catch(() => {});
    signal.addEventListener("abort", () => stopped.reject(signal.reason), { once: true });
    const forward = (event: Event) => this.#cancel.abort((event.target as AbortSignal).reason);
    this.#job.signal.addEventListener("abort", forward, { once: true });
    this.#poolSignal.addEventListener("abort", forward, { once: true });
    let iterator: AsyncIterator<AudioChunk> | undefined;
    this.#watch(this.#options.chunkTimeoutMs);
    try {
      const { text, voice, speed } = this.#job;
      iterator = this.#options.backend.synthesize({ text, voice, speed }, { signal })
        [Symbol.asyncIterator]();
      await this.#drain(iterator, stopped.promise);
    } catch (error) {
      // Whatever ended the attempt, the backend is told, and its answer is not waited for.
      this.#cancel.abort(error);
      iterator?.return?.().catch(() => {});
      throw error;
    } finally {
      this.#cancelWatch();
      this.#job.signal.removeEventListener("abort", forward);
      this.#poolSignal.removeEventListener("abort", forward);
    }
  }

  async #drain(iterator: AsyncIterator<AudioChunk>, stopped: Promise<never>): Promise<void> {
    for (;;) {
      this.#heardAt = this.#options.clock.now();
      const result = await Promise.race([iterator.next(), stopped]);
      if (this.#cancel.signal.aborted) throw this.#cancel.signal.reason;
      if (result.done) return;
      if (this.#samples === 0 && result.value.pcm.length > 0) this.onFirstChunk();
      this.#samples += result.value.pcm.length;
      this.#job.accept(result.value);
    }
  }

  /** One timer for all chunks: it finds out when it fires how long it has been quiet. */
  #watch(ms: number): void {
    const { clock, chunkTimeoutMs } = this.#options;
    this.#cancelWatch = clock.after(ms, () => {
      const restMs = this.#heardAt + chunkTimeoutMs - clock.now();
      if (restMs > 0) return this.#watch(restMs);
      this.#cancel.abort(new Error(`no audio came for ${chunkTimeoutMs} ms`));
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
