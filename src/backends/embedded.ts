/**
 * The backend inside the process: engines in threads of their own (Web Workers), because an engine
 * blocks its thread while it speaks.
 *
 * The runtime loads a worker's modules only with the permission to read them: `--allow-read=src`.
 * Flite needs no other, since its data is imported here and posted to the threads.
 *
 * @module
 */

import { type EngineOptions, voiceOf } from "../engines/engine.ts";
import { type EngineName, loadEngine } from "../engines/registry.ts";
import type { Clock } from "../lib/clock.ts";
import type { AudioChunk, Backend, SynthesisRequest, Voice } from "../speech/backend.ts";
import { ChunkStream } from "./embedded/chunk_stream.ts";
import { EngineThread, type ThreadProfiling } from "./embedded/engine_thread.ts";
import { EngineLost, Poison } from "./embedded/poison.ts";
import { type ThreadEvent, ThreadPool, type ThreadPoolStats } from "./embedded/thread_pool.ts";
import { WorkerEnder } from "./embedded/worker_ender.ts";

export type { ThreadEnd, ThreadProfiling } from "./embedded/engine_thread.ts";
export type { ThreadEvent, ThreadPoolStats } from "./embedded/thread_pool.ts";

/** Options of {@linkcode createEmbeddedBackend}. */
export interface EmbeddedBackendOptions {
  readonly engine: EngineName;
  /** What the engine is told when it is loaded. */
  readonly engineOptions?: EngineOptions;
  /** Threads in service: sentences that can be spoken at the same time. */
  readonly threads: number;
  readonly clock: Clock;
  /**
   * Threads that stand by, warm, to take over from one that dies or is busy with what nobody wants.
   * @default {1}
   */
  readonly spares?: number;
  /**
   * Most callers that may wait for a thread; one more is refused.
   * @default {1000}
   */
  readonly maxWaiting?: number;
  /**
   * Longest time without a sign of life from a thread that speaks, in ms; then it is replaced.
   * @default {10_000, or what the engine asks for}
   */
  readonly hangTimeoutMs?: number;
  /**
   * Longest time for a cancelled sentence to give its thread back, in ms; then the thread is
   * replaced. Nobody waits for it: its listener is told at once, and a spare stands in. Flite is
   * done with its longest piece, which it cannot break off, after 70 ms on a free core and 100 to
   * 130 ms on a shared one; starting a thread costs several times that, so the limit is not close.
   * @default {250, or what the engine asks for}
   */
  readonly cancelTimeoutMs?: number;
  /**
   * Memory of a thread after a sentence beyond which it is replaced, in bytes.
   * @default {1 GiB}
   */
  readonly maxThreadBytes?: number;
  /**
   * Longest time for a thread to start, in ms.
   * @default {30_000, or what the engine asks for}
   */
  readonly startTimeoutMs?: number;
  /** Told what happens to threads; must not throw. */
  readonly onEvent?: (event: ThreadEvent) => void;
  /** Profile the syntheses in their threads. */
  readonly profiling?: ThreadProfiling;
  /**
   * Module that threads run; for tests.
   * @default {embedded/thread.ts}
   */
  readonly threadModule?: URL;
}

/** Flite takes some 40 MB, and neural models some hundreds. */
const MAX_THREAD_BYTES = 2 ** 30;

/** See the module. */
export class EmbeddedBackend implements Backend {
  readonly voices: readonly Voice[];
  readonly capacity: number;
  readonly #pool: ThreadPool;
  readonly #ender: WorkerEnder;
  readonly #poison = new Poison();
  readonly #onEvent: (event: ThreadEvent) => void;

  /** Use {@linkcode createEmbeddedBackend}. */
  constructor(
    { pool, ender, voices, capacity, onEvent }: {
      readonly pool: ThreadPool;
      readonly ender: WorkerEnder;
      readonly voices: readonly Voice[];
      readonly capacity: number;
      readonly onEvent: (event: ThreadEvent) => void;
    },
  ) {
    this.#pool = pool;
    this.#ender = ender;
    this.voices = voices;
    this.capacity = capacity;
    this.#onEvent = onEvent;
  }

  /**
   * Speaks one sentence in the next free thread. A stream that is no longer read is cancelled like
   * one whose signal aborts.
   *
   * @throws {RangeError} for an unknown voice.
   * @throws {Error} saying why the engine or its thread failed, why no thread can be had, or that
   * the backend is closed.
   * @throws the signal's reason, at once when it aborts.
   */
  async *synthesize(
    request: SynthesisRequest,
    options: { readonly signal: AbortSignal },
  ): AsyncGenerator<AudioChunk, void, void> {
    const { signal } = options;
    voiceOf(this.voices, request.voice);
    this.#poison.check(request.text);
    const thread = await this.#pool.acquire(signal);
    if (signal.aborted) {
      // It came between the pool's promise and this line.
      this.#pool.giveBack(thread);
      throw signal.reason;
    }
    const stream = new ChunkStream();
    const cancel = () => {
      if (thread.cancel(stream)) this.#pool.retire(thread);
    };
    const onAbort = () => {
      stream.fail(signal.reason);
      cancel();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      thread.speak(request, stream);
      for (;;) {
        const chunk = await stream.next();
        if (chunk === undefined) return;
        yield chunk;
      }
    } catch (error) {
      if (error instanceof EngineLost && !signal.aborted) this.#noteDeath(request.text);
      throw error;
    } finally {
      signal.removeEventListener("abort", onAbort);
      cancel();
    }
  }

  #noteDeath(text: string): void {
    const hash = this.#poison.note(text);
    if (hash !== undefined) this.#onEvent({ type: "text_refused", hash });
  }

  /** Numbers of the threads now. */
  stats(): ThreadPoolStats {
    return this.#pool.stats();
  }

  /**
   * Ends all threads. Sentences being spoken or waiting fail; later ones are refused.
   *
   * @returns when the threads are gone: the process must not exit under native code that runs.
   */
  close(): Promise<void> {
    this.#pool.close();
    return this.#ender.settled();
  }
}

/**
 * Loads an engine and starts its threads; resolves when every thread in service has spoken its
 * first words, while the spares still start.
 *
 * @throws {Error} if the engine is not installed or a thread does not start; nothing is left then.
 */
export async function createEmbeddedBackend(
  options: EmbeddedBackendOptions,
): Promise<EmbeddedBackend> {
  const { engine, clock } = options;
  const module = await loadEngine(engine);
  const { manners = {} } = module;
  const prepared = await module.prepare(options.engineOptions);
  const onEvent = options.onEvent ?? (() => {});
  const ender = new WorkerEnder({ clock, mustFinish: manners.mustFinish ?? false });
  const pool = new ThreadPool({
    threads: options.threads,
    spares: options.spares ?? 1,
    maxWaiting: options.maxWaiting ?? 1000,
    clock,
    onEvent,
    create: (number, onIdle, onEnd) =>
      new EngineThread(number, {
        engine,
        prepared,
        clock,
        module: options.threadModule ?? new URL("./embedded/thread.ts", import.meta.url),
        startTimeoutMs: options.startTimeoutMs ?? manners.startTimeoutMs ?? 30_000,
        hangTimeoutMs: options.hangTimeoutMs ?? manners.hangTimeoutMs ?? 10_000,
        cancelTimeoutMs: options.cancelTimeoutMs ?? manners.cancelTimeoutMs ?? 250,
        maxMemoryBytes: options.maxThreadBytes ?? MAX_THREAD_BYTES,
        ender,
        profiling: options.profiling,
        onIdle,
        onEnd,
      }),
  });
  try {
    const voices = await pool.start();
    return new EmbeddedBackend({ pool, ender, voices, capacity: options.threads, onEvent });
  } catch (error) {
    await ender.settled();
    throw error;
  }
}
