/**
 * What watching costs: the same load on a server with metrics, logs and recorder, and on one without,
 * in turn.
 *
 * @module
 */

import { BenchListener } from "./listener.ts";
import { type BenchOptions, judge, quantile, type Report, type Row } from "./report.ts";
import { type ServerProcess, startServerProcess } from "./server_process.ts";

const SESSIONS = 30;
const SENTENCES = [
  "This is a sentence of a usual length, as a reply has many.",
  "The next one is a little shorter.",
  "A third one follows, so that there is something to schedule.",
  "And this is the last.",
];

/** The load is what was asked for: nobody is turned away at the door. */
const OPEN_DOOR = ["--max-load-percent=10000", "--max-late-ms=600000", "--max-loop-lag-ms=600000"];

/** Metrics, logs and the recorder as they are by default; or none. */
const WATCHED = ["--metrics=true", "--log-level=info"];
const UNWATCHED = ["--metrics=false", "--log-level=error"];

/** The same load on both, next to each other; ms of CPU per sentence. */
interface Pair {
  readonly watched: number;
  readonly unwatched: number;
}

/** Runs the part. */
export async function cost({ short }: BenchOptions): Promise<Report> {
  // Two processes of the same program differ by a percent for as long as they live.
  const processes = short ? 1 : 5;
  const pairsOfOne = short ? 3 : 12;
  const pairs: Pair[][] = [];
  for (let process = 0; process < processes; process++) {
    pairs.push(await comparePair(pairsOfOne));
  }
  const ratios = pairs.map((some) => some.map(({ watched, unwatched }) => watched / unwatched));
  const ratio = quantile(ratios.flat(), 0.5);
  const ofProcess = ratios.map((some) => quantile(some, 0.5));
  return {
    title: `Cost of metrics, logs and recorder, ${SESSIONS} sessions at a time, ` +
      `${processes} processes of a kind, ${pairsOfOne} pairs of each`,
    rows: [
      rowOf("ms CPU per sentence, watched", pairs.flat().map(({ watched }) => watched)),
      rowOf("ms CPU per sentence, not watched", pairs.flat().map(({ unwatched }) => unwatched)),
      rowOf("ratio of a pair", ratios.flat()),
      rowOf("median ratio of two processes", ofProcess),
    ],
    goals: [judge({ name: "median of the ratios", value: ratio, atMost: 1.01, wideMargin: 1.15 })],
    method:
      "Watched is the default: metrics, log at level info, recorder. The engine is flite, whose " +
      "work is part of the CPU time, as it is for a user.",
  };
}

/** Fresh; its log is written, and nobody reads it. */
function startWith(watching: readonly string[]): Promise<ServerProcess> {
  return startServerProcess({ flags: [...OPEN_DOOR, ...watching], log: "null" });
}

/** Two fresh processes, so many pairs. */
async function comparePair(count: number): Promise<Pair[]> {
  await using watched = await startWith(WATCHED);
  await using unwatched = await startWith(UNWATCHED);
  await cpuPerSentence(watched);
  await cpuPerSentence(unwatched);
  const pairs: Pair[] = [];
  for (let pair = 0; pair < count; pair++) {
    // Whoever goes first in a pair goes second in the next.
    const [first, second] = pair % 2 === 0 ? [watched, unwatched] : [unwatched, watched];
    const costs = new Map([[first, await cpuPerSentence(first)]]);
    costs.set(second, await cpuPerSentence(second));
    pairs.push({ watched: costs.get(watched)!, unwatched: costs.get(unwatched)! });
  }
  return pairs;
}

function rowOf(what: string, values: readonly number[]): Row {
  const exact = (share: number) => Math.round(quantile(values, share) * 1e4) / 1e4;
  return { what, median: exact(0.5), min: exact(0), max: exact(1) };
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
