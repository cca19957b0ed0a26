/**
 * What measuring costs: the same load on a server with metrics and on one without, in turn.
 *
 * @module
 */

import { BenchListener } from "./listener.ts";
import { quantile, type Report, round } from "./report.ts";
import { type ServerProcess, startServerProcess } from "./server_process.ts";

/** Many and short: a pair differs by several percent on a machine that is not alone. */
const PAIRS = 40;
const SESSIONS = 30;
const SENTENCES = [
  "This is a sentence of a usual length, as a reply has many.",
  "The next one is a little shorter.",
  "A third one follows, so that there is something to schedule.",
  "And this is the last.",
];

/** Runs the part. */
export async function cost(): Promise<Report> {
  await using measured = await startServerProcess("--metrics=true");
  await using bare = await startServerProcess("--metrics=false");
  await cpuPerSentence(measured);
  await cpuPerSentence(bare);
  const ratios: number[] = [];
  const on: number[] = [];
  const off: number[] = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    // Whoever goes first in a pair goes second in the next.
    const [first, second] = pair % 2 === 0 ? [measured, bare] : [bare, measured];
    const costs = new Map([[first, await cpuPerSentence(first)]]);
    costs.set(second, await cpuPerSentence(second));
    on.push(costs.get(measured)!);
    off.push(costs.get(bare)!);
    ratios.push(costs.get(measured)! / costs.get(bare)!);
  }
  const ratio = quantile(ratios, 0.5);
  const row = (what: string, values: number[], unit = "ms CPU per sentence") => ({
    what,
    median: round(quantile(values, 0.5)),
    min: round(quantile(values, 0)),
    max: round(quantile(values, 1)),
    unit,
  });
  return {
    title: `Cost of metrics, ${SESSIONS} sessions, ${PAIRS} pairs`,
    rows: [
      row("with metrics", on),
      row("without", off),
      { ...row("ratio of a pair", ratios, ""), median: Math.round(ratio * 1e4) / 1e4 },
    ],
    goals: [
      { goal: "median of the ratios under 1.01", isMet: ratio < 1.01 },
    ],
  };
}

/** CPU time of the server for one round of the load, in ms per sentence. */
async function cpuPerSentence(server: ServerProcess): Promise<number> {
  const before = await server.cpuMs();
  await Promise.all(Array.from({ length: SESSIONS }, () => speak(server)));
  return (await server.cpuMs() - before) / (SESSIONS * SENTENCES.length);
}

async function speak(server: ServerProcess): Promise<void> {
  const listener = await BenchListener.connect(`${server.url}?lead_ms=unpaced`);
  const ended = listener.message("utterance_ended");
  listener.send({ type: "text", text: SENTENCES.join(" "), final: true });
  await ended;
  listener.close();
}
