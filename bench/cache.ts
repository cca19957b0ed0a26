/**
 * What agents say most: a sentence that was said before, beside one that has to be synthesised, from the
 * text sent to the first frame received.
 *
 * @module
 */

import { BenchListener } from "./listener.ts";
import { type BenchOptions, judge, quantile, quantilesMs, type Report } from "./report.ts";
import { startServerProcess } from "./server_process.ts";

const GREETING = "Hello, how can I help you today?";

/** Before anything is measured. */
const WARM_UP = 10;

/** Runs the part. */
export async function cache({ short }: BenchOptions): Promise<Report> {
  await using server = await startServerProcess({ cacheMb: 64 });
  const listener = await BenchListener.connect(server.url);
  const pairs = short ? 50 : 500;
  const hits: number[] = [];
  const misses: number[] = [];
  for (let pair = -WARM_UP; pair < pairs; pair++) {
    // No two are the same, and all are as long.
    const miss = await firstAudioOf(listener, `Hello, how can I help ${1_000_000 + pair}?`);
    const hit = await firstAudioOf(listener, GREETING);
    if (pair < 0) continue;
    misses.push(miss);
    hits.push(hit);
  }
  listener.close();
  return {
    title: `A sentence that is remembered, and one that is not, ${pairs} of each in turn`,
    rows: [
      { what: "remembered: text sent to first frame", ...quantilesMs(hits) },
      { what: "synthesised: text sent to first frame", ...quantilesMs(misses) },
    ],
    goals: [
      judge({
        name: "first audio of a remembered sentence, median, ms",
        value: quantile(hits, 0.5),
        atMost: 1,
        wideMargin: 20,
      }),
    ],
    method: "One client on an idle server with the embedded engine and the default cache.",
  };
}

/** Time to the first frame, in ms; the rest is interrupted once all of it is there to be remembered. */
async function firstAudioOf(listener: BenchListener, text: string): Promise<number> {
  const ended = listener.message("utterance_ended");
  const audio = listener.audio();
  const begun = performance.now();
  listener.send({ type: "text", text, final: true });
  await audio;
  const elapsed = performance.now() - begun;
  await new Promise((resolve) => setTimeout(resolve, 60));
  listener.send({ type: "barge_in" });
  await ended;
  return elapsed;
}
