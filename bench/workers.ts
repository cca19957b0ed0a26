/**
 * How the worker pool scales: sentences a second with 1 to 4 workers over a backend that takes
 * 200 ms a sentence.
 *
 * @module
 */

import { ScriptedBackend, steadyScript } from "../src/backends/scripted.ts";
import { defaultConfig } from "../src/config.ts";
import { systemClock } from "../src/lib/clock.ts";
import { startServer } from "../src/server.ts";
import { BenchListener } from "./listener.ts";
import { type Report, round } from "./report.ts";

/** Sentences of one run; a multiple of every number of workers, so that all end together. */
const SENTENCES = 48;

/** Listeners they are spread over. */
const LISTENERS = 4;

/** What each number of workers has to reach, as a multiple of one worker. */
const GOALS: Readonly<Record<number, number>> = { 1: 1, 2: 1.95, 3: 2.9, 4: 3.8 };

/** Sentences a second. */
async function measure(workers: number): Promise<number> {
  const backend = new ScriptedBackend({
    clock: systemClock,
    script: steadyScript({ firstAudioMs: 200 }),
  });
  const server = startServer({ config: { ...defaultConfig(), port: 0, workers }, backend });
  const url = `ws://127.0.0.1:${server.address.port}/v1/session?lead_ms=unpaced`;
  const listeners = await Promise.all(
    Array.from({ length: LISTENERS }, () => BenchListener.connect(url)),
  );
  const text = "This is a sentence. ".repeat(SENTENCES / LISTENERS);
  const start = performance.now();
  await Promise.all(listeners.map((listener) => {
    const ended = listener.message("utterance_ended");
    listener.send({ type: "text", text, final: true });
    return ended;
  }));
  const seconds = (performance.now() - start) / 1000;
  for (const listener of listeners) listener.close();
  await server.stop(0);
  return SENTENCES / seconds;
}

/** Runs the part. */
export async function workers(): Promise<Report> {
  const rates = new Map<number, number>();
  for (const count of Object.keys(GOALS).map(Number)) rates.set(count, await measure(count));
  const one = rates.get(1)!;
  const ratioOf = (count: number) => rates.get(count)! / one;
  return {
    title: `Worker pool, ${SENTENCES} sentences of 200 ms each, ${LISTENERS} listeners`,
    rows: [...rates].map(([count, rate]) => ({
      workers: count,
      "sentences/s": round(rate),
      "times one worker": round(ratioOf(count)),
    })),
    goals: Object.entries(GOALS).filter(([count]) => count !== "1").map(([count, goal]) => ({
      goal: `${count} workers give at least ${goal} times one`,
      isMet: ratioOf(Number(count)) >= goal,
    })),
  };
}
