/**
 * The embedded engine through scheduler, worker pool and threads, beside the same engine called bare
 * in a loop in as many threads.
 *
 * @module
 */

import { loadEngine } from "../src/engines/registry.ts";
import { createEmbeddedBackend, type EmbeddedBackend, systemClock } from "../src/mod.ts";
import type { SynthesisRequest } from "../src/speech/backend.ts";
import { ANYONE } from "../src/speech/fair_queue.ts";
import { Scheduler, type SentenceSource, type SynthesisJob } from "../src/speech/scheduler.ts";
import { WorkerPool } from "../src/speech/worker_pool.ts";
import type { SpeakBare, StartBare } from "./engine_worker.ts";
import { type BenchOptions, judge, quantile, type Report, type Row, spread } from "./report.ts";

const SENTENCES = [
  "The next train leaves from platform four in twelve minutes.",
  "Please keep your ticket, you will need it again at the end.",
  "I have found three hotels near the station, and two of them have a free room for tonight.",
  "Which one would you like?",
];

/** Says how many sentences a second a number of threads speaks. */
interface Subject {
  sentencesPerSecond(): Promise<number>;
  close(): Promise<void>;
}

/** Runs the part. */
export async function engine({ short }: BenchOptions): Promise<Report> {
  const cores = navigator.hardwareConcurrency;
  // On all cores but one the engine's threads do not wait for this one.
  const counts = [...new Set([1, Math.max(1, cores - 1), cores])];
  const runs = short ? 3 : 15;
  const perThread = short ? 20 : 60;
  const rows: Row[] = [];
  const goals = [];
  for (const threads of counts) {
    const requests = requestsFor(perThread);
    const [bare, pool] = [await bareEngine(threads, requests), await pooled(threads, requests)];
    const rates = await alternate(bare, pool, runs);
    await Promise.all([bare.close(), pool.close()]);
    const ratio = quantile(rates.map(([alone, through]) => through / alone), 0.5);
    rows.push(
      { threads, what: "bare", ...spread(rates.map(([alone]) => alone)) },
      { threads, what: "through the pool", ...spread(rates.map(([, through]) => through)) },
      { threads, what: "ratio of a pair", ...spread(rates.map(([a, b]) => b / a)) },
    );
    goals.push(judge({
      name: `pool over bare, ${threads} thread${threads === 1 ? "" : "s"}`,
      value: ratio,
      atLeast: 0.95,
      wideMargin: 0.5,
    }));
  }
  return {
    title: `Embedded engine, sentences a second, ${perThread} sentences a thread, ${runs} pairs`,
    rows,
    goals,
    method: "Both sides run the same sentences in as many threads, in turn; a pair is two runs " +
      "next to each other, and whoever goes first in one goes second in the next.",
  };
}

function requestsFor(count: number): SynthesisRequest[] {
  return Array.from(
    { length: count },
    (_, index) => ({ text: SENTENCES[index % SENTENCES.length]!, voice: "slt", speed: 1 }),
  );
}

/** Runs both in turn; the rates by pair, the first one's first. */
async function alternate(a: Subject, b: Subject, runs: number): Promise<[number, number][]> {
  await a.sentencesPerSecond();
  await b.sentencesPerSecond();
  const rates: [number, number][] = [];
  for (let run = 0; run < runs; run++) {
    const first = await (run % 2 === 0 ? a : b).sentencesPerSecond();
    const second = await (run % 2 === 0 ? b : a).sentencesPerSecond();
    rates.push(run % 2 === 0 ? [first, second] : [second, first]);
  }
  return rates;
}

/** The engine without anything around it. */
async function bareEngine(
  threads: number,
  requests: readonly SynthesisRequest[],
): Promise<Subject> {
  const prepared = await (await loadEngine("flite")).prepare();
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("./engine_worker.ts", import.meta.url), { type: "module" }),
  );
  await Promise.all(workers.map((worker) => ask(worker, { prepared })));
  return {
    async sentencesPerSecond() {
      const start = performance.now();
      await Promise.all(workers.map((worker) => ask(worker, { requests })));
      return threads * requests.length * 1000 / (performance.now() - start);
    },
    close() {
      for (const worker of workers) worker.terminate();
      return Promise.resolve();
    },
  };
}

function ask(worker: Worker, message: StartBare | SpeakBare): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = reject;
    worker.postMessage(message);
  });
}

/** The engine as the server has it. */
async function pooled(threads: number, requests: readonly SynthesisRequest[]): Promise<Subject> {
  const backend: EmbeddedBackend = await createEmbeddedBackend({
    engine: "flite",
    threads,
    spares: 0,
    clock: systemClock,
  });
  const all = Array.from({ length: threads }, () => requests).flat();
  const scheduler = new Scheduler({ clock: systemClock, maxQueueDepth: all.length });
  const pool = new WorkerPool({
    size: threads,
    scheduler,
    backend,
    clock: systemClock,
    record: () => {},
    chunkTimeoutMs: 60_000,
  });
  pool.start();
  return {
    async sentencesPerSecond() {
      const start = performance.now();
      await new Batch(all, scheduler).spoken();
      return all.length * 1000 / (performance.now() - start);
    },
    async close() {
      await pool.stop();
      await backend.close();
    },
  };
}

/** Sentences that all wait from the beginning. */
class Batch implements SentenceSource {
  readonly tenant = ANYONE;
  readonly isPaced = false;
  readonly dueAt = 0;
  readonly isFirst = true;
  readonly #requests: readonly SynthesisRequest[];
  readonly #scheduler: Scheduler;
  readonly #done = Promise.withResolvers<void>();
  readonly #signal = new AbortController().signal;
  #taken = 0;
  #ended = 0;

  constructor(requests: readonly SynthesisRequest[], scheduler: Scheduler) {
    this.#requests = requests;
    this.#scheduler = scheduler;
  }

  get eligible(): number {
    return this.#requests.length - this.#taken;
  }

  /** Resolves when all are spoken. */
  async spoken(): Promise<void> {
    this.#scheduler.update(this);
    await this.#done.promise;
    this.#scheduler.remove(this);
  }

  take(): SynthesisJob {
    const index = this.#taken++;
    return {
      ...this.#requests[index]!,
      sentence: { sessionId: "bench", utteranceId: "bench", index },
      signal: this.#signal,
      accept: () => {},
      complete: () => {
        if (++this.#ended === this.#requests.length) this.#done.resolve();
      },
      fail: (message) => this.#done.reject(new Error(message)),
    };
  }
}
