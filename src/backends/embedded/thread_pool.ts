/**
 * Engine threads in service, spares behind them, and callers that wait for one.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../../lib/clock.ts";
import type { Voice } from "../../speech/backend.ts";
import type { EngineThread, ThreadEnd } from "./engine_thread.ts";

/** What happens to threads. */
export type ThreadEvent =
  /** A thread is ready, in service or as a spare, `afterMs` after its start began. */
  | { readonly type: "thread_started"; readonly thread: number; readonly afterMs: number }
  /** A thread could not be started; the next attempt is in `retryMs`. */
  | { readonly type: "thread_start_failed"; readonly error: string; readonly retryMs: number }
  /** A thread is gone; a spare stands in at once if there is one, and a new thread is started. */
  | {
    readonly type: "thread_replaced";
    readonly thread: number;
    readonly reason: ThreadEnd;
    readonly error: string;
  }
  /** A text over which engines were lost is not spoken any more. */
  | { readonly type: "text_refused"; readonly hash: string };

/** Options of {@linkcode ThreadPool}. */
export interface ThreadPoolOptions {
  /** Threads in service. */
  readonly threads: number;
  /** Threads that stand by. */
  readonly spares: number;
  /** Most callers that may wait. */
  readonly maxWaiting: number;
  readonly clock: Clock;
  readonly onEvent: (event: ThreadEvent) => void;
  /** Makes a thread, not yet started. */
  readonly create: (
    number: number,
    onIdle: (thread: EngineThread) => void,
    onEnd: (thread: EngineThread, reason: ThreadEnd, message: string) => void,
  ) => EngineThread;
}

/** A pool's numbers now. */
export interface ThreadPoolStats {
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

/** Pause after a first failed start, in ms; it doubles with every further one. */
const FIRST_RETRY_MS = 100;

/** Longest pause between attempts to start a thread, in ms. */
const MAX_RETRY_MS = 30_000;

/** Failed starts in a row after which callers are turned away instead of waiting. */
const FAILURES_TO_REFUSE = 3;

/** See the module. */
export class ThreadPool {
  readonly #options: ThreadPoolOptions;
  readonly #inService = new Set<EngineThread>();
  readonly #idle: EngineThread[] = [];
  readonly #spares: EngineThread[] = [];
  readonly #starting = new Set<EngineThread>();
  /** Threads that still finish what nobody wants, while a spare stands in for them. */
  readonly #retired = new Set<EngineThread>();
  /** Oldest first. */
  readonly #waiting = new Set<PromiseWithResolvers<EngineThread>>();
  #started = 0;
  #restarts = 0;
  #failures = 0;
  #failure: Error | undefined;
  #cancelRetry: CancelTimer | undefined;
  #closed = false;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
  }

  /**
   * Starts the threads that are to be in service, all at once, and waits for them; the spares
   * follow behind, one after the other.
   *
   * @returns the engine's voices.
   * @throws {Error} if one does not start; nothing is left then.
   */
  async start(): Promise<readonly Voice[]> {
    const attempts = Array.from({ length: this.#options.threads }, () => this.#startThread());
    try {
      const [voices] = await Promise.all(attempts);
      this.#refill();
      return voices!;
    } catch (error) {
      this.close();
      await Promise.allSettled(attempts);
      throw error;
    }
  }

  /**
   * An idle thread for the caller alone, until it has spoken a sentence or {@linkcode giveBack}.
   * Callers are served in the order in which they came.
   *
   * @throws {Error} if too many wait already, no thread can be started, or the pool is closed.
   * @throws the signal's reason when it aborts.
   */
  async acquire(signal: AbortSignal): Promise<EngineThread> {
    signal.throwIfAborted();
    this.#throwIfUseless();
    const idle = this.#idle.shift();
    if (idle !== undefined) return idle;
    if (this.#waiting.size >= this.#options.maxWaiting) {
      throw new Error(`${this.#waiting.size} sentences wait for an engine's thread already`);
    }
    const waiter = Promise.withResolvers<EngineThread>();
    this.#waiting.add(waiter);
    const onAbort = () => {
      if (this.#waiting.delete(waiter)) waiter.reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await waiter.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** Takes back a thread that was acquired and not used. */
  giveBack(thread: EngineThread): void {
    this.#offer(thread);
  }

  /**
   * What a busy thread speaks is not wanted any more. A spare takes its place at once, if one is
   * ready, and the thread becomes a spare when it is done: an engine that cannot break off in the
   * middle of a clause then holds nobody up.
   */
  retire(thread: EngineThread): void {
    const spare = this.#spares.shift();
    if (spare === undefined) return;
    this.#inService.delete(thread);
    this.#retired.add(thread);
    this.#place(spare);
  }

  stats(): ThreadPoolStats {
    return {
      threads: this.#inService.size,
      busy: this.#inService.size - this.#idle.length,
      spares: this.#spares.length,
      waiting: this.#waiting.size,
      restarts: this.#restarts,
    };
  }

  /** Ends all threads; sentences being spoken fail, and so do callers that wait. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelRetry?.();
    const all = [this.#inService, this.#retired, this.#spares, this.#starting];
    for (const thread of all.flatMap((threads) => [...threads])) thread.close();
    this.#retired.clear();
    this.#inService.clear();
    this.#idle.length = 0;
    this.#spares.length = 0;
    this.#rejectWaiting();
  }

  #throwIfUseless(): void {
    if (this.#closed) throw new Error("the embedded backend is closed");
    if (this.#inService.size === 0 && this.#failures >= FAILURES_TO_REFUSE) throw this.#failure;
  }

  #rejectWaiting(): void {
    try {
      this.#throwIfUseless();
    } catch (error) {
      for (const waiter of this.#waiting) waiter.reject(error);
      this.#waiting.clear();
    }
  }

  /** Starts one thread and puts it to use. */
  async #startThread(): Promise<readonly Voice[]> {
    const { clock, create, onEvent } = this.#options;
    const startedAt = clock.now();
    const thread = create(
      ++this.#started,
      (thread) => this.#offer(thread),
      (thread, reason, message) => this.#replace(thread, reason, message),
    );
    this.#starting.add(thread);
    try {
      const voices = await thread.start();
      // It may have been closed, with all others, between its answer and now.
      if (this.#closed) throw new Error("the embedded backend is closed");
      onEvent({
        type: "thread_started",
        thread: thread.number,
        afterMs: clock.now() - startedAt,
      });
      this.#place(thread);
      return voices;
    } finally {
      this.#starting.delete(thread);
    }
  }

  /** Into service if a place is free there, else among the spares. */
  #place(thread: EngineThread): void {
    if (this.#inService.size >= this.#options.threads) {
      this.#spares.push(thread);
      return;
    }
    this.#inService.add(thread);
    this.#offer(thread);
  }

  /** To the caller who has waited longest, else among the idle. */
  #offer(thread: EngineThread): void {
    if (this.#retired.delete(thread)) return this.#place(thread);
    if (!this.#inService.has(thread)) return;
    const [waiter] = this.#waiting;
    if (waiter === undefined) {
      this.#idle.push(thread);
      return;
    }
    this.#waiting.delete(waiter);
    waiter.resolve(thread);
  }

  #replace(thread: EngineThread, reason: ThreadEnd, error: string): void {
    this.#restarts++;
    remove(this.#idle, thread);
    remove(this.#spares, thread);
    this.#retired.delete(thread);
    if (this.#inService.delete(thread)) {
      const spare = this.#spares.shift();
      if (spare !== undefined) this.#place(spare);
    }
    this.#options.onEvent({ type: "thread_replaced", thread: thread.number, reason, error });
    this.#refill();
  }

  /**
   * Starts the threads that are missing, one at a time: starts cost a core's time, which those who
   * speak need, so a sentence that kills every thread cannot do more than that.
   */
  #refill(): void {
    if (this.#closed || this.#starting.size > 0 || this.#cancelRetry !== undefined) return;
    const wanted = this.#options.threads + this.#options.spares;
    if (this.#inService.size + this.#spares.length + this.#retired.size >= wanted) return;
    this.#startThread().then(() => {
      this.#failures = 0;
      this.#refill();
    }, (error) => this.#retryLater(error));
  }

  #retryLater(error: Error): void {
    if (this.#closed) return;
    const retryMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures);
    this.#failures++;
    this.#failure = error;
    this.#cancelRetry = this.#options.clock.after(retryMs, () => {
      this.#cancelRetry = undefined;
      this.#refill();
    });
    this.#options.onEvent({ type: "thread_start_failed", error: error.message, retryMs });
    this.#rejectWaiting();
  }
}

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
}
