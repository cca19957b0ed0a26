/**
 * The main thread's side of one engine thread.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../../lib/clock.ts";
import type { EngineName } from "../../engines/registry.ts";
import type { SynthesisRequest, Voice } from "../../speech/backend.ts";
import type { ChunkStream } from "./chunk_stream.ts";
import type { FromThread, ToThread } from "./messages.ts";
import { EngineLost } from "./poison.ts";
import type { WorkerEnder } from "./worker_ender.ts";

/**
 * Why a thread is no more: it `crashed`; it `hung`, that is gave nothing for too long; a cancelled
 * sentence was `overdue`; it `leaked`, that is took too much memory; or it was `closed` on purpose.
 */
export type ThreadEnd = "crashed" | "hung" | "overdue" | "leaked" | "closed";

/** What becomes of the profiles of syntheses. */
export interface ThreadProfiling {
  /** Syntheses that take less, in ms, are not told of. */
  readonly minDurationMs: number;
  /** Takes the bytes of a `.cpuprofile`; the name is `engine_THREAD_synthesis`. */
  readonly onProfile: (name: string, profile: Uint8Array) => void;
  /** A synthesis could not be profiled. */
  readonly onError: (message: string) => void;
}

/** Options of {@linkcode EngineThread}. */
export interface EngineThreadOptions {
  readonly engine: EngineName;
  /** What the engine's `prepare` gave. */
  readonly prepared: unknown;
  readonly clock: Clock;
  /** Module that the thread runs. */
  readonly module: URL;
  /** Longest wait for the start, in ms. */
  readonly startTimeoutMs: number;
  /** Longest wait for a sentence's next sign of life, in ms. */
  readonly hangTimeoutMs: number;
  /** Longest wait for a cancelled sentence's end, in ms. */
  readonly cancelTimeoutMs: number;
  /** Memory of the thread after a sentence that is too much, in bytes. */
  readonly maxMemoryBytes: number;
  /** Ends what is left of the thread. */
  readonly ender: WorkerEnder;
  /** Absent when syntheses are not profiled. */
  readonly profiling: ThreadProfiling | undefined;
  /** The thread has finished a sentence, well or not, and can take the next. */
  readonly onIdle: (thread: EngineThread) => void;
  /** The thread is gone, once; not called when it was closed, nor when it never got ready. */
  readonly onEnd: (thread: EngineThread, reason: ThreadEnd, message: string) => void;
}

/** A Web Worker with an engine in it. It speaks one sentence at a time. */
export class EngineThread {
  /** For people, counted from 1. */
  readonly number: number;
  readonly #options: EngineThreadOptions;
  readonly #cancelledUpTo = new Int32Array(new SharedArrayBuffer(4));
  #worker: Worker | undefined;
  #starting: PromiseWithResolvers<readonly Voice[]> | undefined;
  /** Id of the last sentence. */
  #id = 0;
  /** Where the sentence being spoken goes. */
  #stream: ChunkStream | undefined;
  #cancelTimer: CancelTimer = () => {};

  constructor(number: number, options: EngineThreadOptions) {
    this.number = number;
    this.#options = options;
  }

  /**
   * Starts the thread and waits until it has spoken its first words.
   *
   * @returns the engine's voices.
   * @throws {Error} saying why it did not start; it is closed then.
   */
  start(): Promise<readonly Voice[]> {
    const { engine, prepared, module, startTimeoutMs, profiling } = this.#options;
    this.#starting = Promise.withResolvers();
    const worker = new Worker(module, { type: "module", name: `${engine} ${this.number}` });
    this.#worker = worker;
    worker.onmessage = (event: MessageEvent) => this.#onMessage(event.data as FromThread);
    worker.onmessageerror = () => this.#die("crashed", "it sent what cannot be read");
    worker.onerror = (event) => {
      // Else the error would end the process.
      event.preventDefault();
      // The runtime has ended it: it could not be asked to.
      worker.terminate();
      this.#die("crashed", event.message, { isGone: true });
    };
    this.#arm(startTimeoutMs, "hung", `it was not ready within ${startTimeoutMs} ms`);
    this.#post({
      type: "start",
      engine,
      prepared,
      cancelledUpTo: this.#cancelledUpTo.buffer as SharedArrayBuffer,
      ...(profiling === undefined ? {} : {
        profiling: {
          section: `engine_${this.number}_synthesis`,
          minDurationMs: profiling.minDurationMs,
        },
      }),
    });
    return this.#starting.promise;
  }

  /** Speaks a sentence into a stream. The thread must be idle; if it is gone the stream fails. */
  speak(request: SynthesisRequest, stream: ChunkStream): void {
    if (this.#worker === undefined) {
      stream.fail(new Error(`the engine's thread ${this.number} is gone`));
      return;
    }
    this.#stream = stream;
    this.#post({ type: "speak", id: ++this.#id, request });
    this.#armHang();
  }

  /**
   * Stops the sentence that goes into that stream; nothing happens if it is over. The thread stays
   * busy until the engine has noticed, and is replaced if that takes too long.
   *
   * @returns whether there was a sentence to stop.
   */
  cancel(stream: ChunkStream): boolean {
    if (this.#stream !== stream || this.#isCancelled()) return false;
    Atomics.store(this.#cancelledUpTo, 0, this.#id);
    const { cancelTimeoutMs } = this.#options;
    this.#arm(cancelTimeoutMs, "overdue", `a cancelled sentence went on for ${cancelTimeoutMs} ms`);
    return true;
  }

  /** Ends the thread; what it speaks fails. */
  close(): void {
    this.#die("closed", "it was closed");
  }

  #onMessage(message: FromThread): void {
    if (message.type === "ready" || message.type === "start_failed") {
      this.#cancelTimer();
      if (message.type === "start_failed") return this.#die("crashed", message.message);
      this.#starting?.resolve(message.voices);
      this.#starting = undefined;
      return;
    }
    if (message.type === "profile" || message.type === "profile_failed") {
      return this.#onProfile(message);
    }
    if (message.type === "ended") return;
    const stream = this.#stream;
    if (stream === undefined || message.id !== this.#id) return;
    if (message.type === "chunk") {
      stream.push(message.chunk);
      // What was on its way when it was cancelled is no sign that it stops.
      if (!this.#isCancelled()) this.#armHang();
      return;
    }
    this.#cancelTimer();
    this.#stream = undefined;
    if (message.type === "done") stream.end();
    else stream.fail(new (message.trapped ? EngineLost : Error)(message.message));
    this.#goOn(message.memoryBytes);
  }

  /** Takes the next sentence, unless what earlier ones left behind is too much. */
  #goOn(memoryBytes: number): void {
    const { maxMemoryBytes, onIdle } = this.#options;
    if (memoryBytes <= maxMemoryBytes) return onIdle(this);
    this.#die("leaked", `it has taken ${memoryBytes} bytes; ${maxMemoryBytes} are too many`);
  }

  #onProfile(message: Extract<FromThread, { type: "profile" | "profile_failed" }>): void {
    const { profiling } = this.#options;
    if (message.type === "profile") profiling?.onProfile(message.name, message.profile);
    else profiling?.onError(message.message);
  }

  #isCancelled(): boolean {
    return Atomics.load(this.#cancelledUpTo, 0) >= this.#id;
  }

  #armHang(): void {
    const { hangTimeoutMs } = this.#options;
    this.#arm(hangTimeoutMs, "hung", `it gave nothing for ${hangTimeoutMs} ms`);
  }

  #arm(ms: number, reason: ThreadEnd, message: string): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(ms, () => this.#die(reason, message));
  }

  #post(message: ToThread): void {
    this.#worker?.postMessage(message);
  }

  #die(reason: ThreadEnd, message: string, { isGone = false } = {}): void {
    if (this.#worker === undefined) return;
    this.#cancelTimer();
    // One that is not killed is to break off what it speaks.
    Atomics.store(this.#cancelledUpTo, 0, this.#id);
    if (!isGone) this.#options.ender.end(this.#worker);
    this.#worker = undefined;
    const error = new EngineLost(`the engine's thread ${this.number} ended: ${message}`);
    this.#stream?.fail(error);
    this.#stream = undefined;
    const starting = this.#starting;
    this.#starting = undefined;
    if (starting !== undefined) starting.reject(error);
    else if (reason !== "closed") this.#options.onEnd(this, reason, message);
  }
}
