/**
 * How the worker pool scales: sentences a second with 1, 2, 4 and 8 workers over a backend that takes
 * 200 ms a sentence and no processor, so that what is lost is lost between two sentences.
 *
 * @module
 */

import { ScriptedBackend, steadyScript } from "../src/backends/scripted.ts";
import { defaultConfig } from "../src/config.ts";
import { systemClock } from "../src/lib/clock.ts";
import { startServer } from "../src/server.ts";
import { BenchListener } from "./listener.ts";
import { type BenchOptions, judge, quantile, type Report, spread } from "./report.ts";

const COUNTS = [1, 2, 4, 8];

/** Time of one sentence, ms. */
const SENTENCE_MS = 200;

/** Listeners they are spread over. */
const LISTENERS = 4;

/** Runs the part. */
export async function workers({ short }: BenchOptions): Promise<Report> {
  const rounds = short ? 2 : 7;
  const perWorker = short ? 8 : 16;
  const rates = new Map<number, number[]>(COUNTS.map((count) => [count, []]));
  for (let round = 0; round < rounds; round++) {
    for (const count of COUNTS) rates.get(count)!.push(await measure(count, count * perWorker));
  }
  /** Of each round, against one worker in the same round. */
  const efficiencies = (count: number) =>
    rates.get(count)!.map((rate, round) => rate / (count * rates.get(1)![round]!));
  return {
    title: `Worker pool, ${perWorker} sentences of ${SENTENCE_MS} ms for each worker, ` +
      `${LISTENERS} listeners, ${rounds} rounds`,
    rows: COUNTS.map((count) => ({
      workers: count,
      "sentences/s, median": spread(rates.get(count)!).median!,
      "min": spread(rates.get(count)!).min!,
      "max": spread(rates.get(count)!).max!,
      "of what it could be": Math.round(quantile(efficiencies(count), 0.5) * 1e4) / 1e4,
    })),
    goals: COUNTS.slice(1).map((count) =>
      judge({
        name: `${count} workers over ${count} times one`,
        value: quantile(efficiencies(count), 0.5),
        atLeast: 0.98,
        wideMargin: 0.8,
      })
    ),
    method:
      "Each round measures every number of workers once, on a real server with real sockets; " +
      "a ratio compares runs of one round, and the median of the rounds counts.",
  };
}

/** Sentences a second. */
async function measure(workers: number, sentences: number): Promise<number> {
  const backend = new ScriptedBackend({
    clock: systemClock,
    script: steadyScript({ firstAudioMs: SENTENCE_MS }),
  });
  const server = startServer({ config: { ...defaultConfig(), port: 0, workers }, backend });
  const url = `ws://127.0.0.1:${server.address.port}/v1/session?lead_ms=unpaced`;
  const listeners = await Promise.all(
    Array.from({ length: LISTENERS }, () => BenchListener.connect(url)),
  );
  const text = "This is a sentence. ".repeat(sentences / LISTENERS);
  const start = performance.now();
  await Promise.all(listeners.map((listener) => {
    const ended = listener.message("utterance_ended");
    listener.send({ type: "text", text, final: true });
    return ended;
  }));
  const seconds = (performance.now() - start) / 1000;
  for (const listener of listeners) listener.close();
  await server.stop(0);
  return sentences / seconds;
}
