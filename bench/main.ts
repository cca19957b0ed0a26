/**
 * `deno task bench [--short] [part...]`: measures, prints tables, and keeps what a whole run found in
 * `bench/results.json` and `docs/performance.md`.
 *
 * @module
 */

import { cache } from "./cache.ts";
import { cost } from "./cost.ts";
import { engine } from "./engine.ts";
import { firstAudio } from "./first_audio.ts";
import { fleet } from "./fleet.ts";
import { limit } from "./limit.ts";
import { load } from "./load.ts";
import { describeMachine } from "./machine.ts";
import { peer } from "./peer.ts";
import { type BenchOptions, type Goal, print, type Report } from "./report.ts";
import { keepResults, type Result } from "./results.ts";
import { scale } from "./scale.ts";
import { scheduler } from "./scheduler.ts";
import { scrape } from "./scrape.ts";
import { segmenter } from "./segmenter.ts";
import { start } from "./start.ts";
import { workers } from "./workers.ts";

const PARTS: Readonly<Record<string, (options: BenchOptions) => Promise<Report>>> = {
  workers,
  engine,
  segmenter,
  scheduler,
  "first-audio": firstAudio,
  limit,
  scale,
  peer,
  cache,
  start,
  cost,
  scrape,
  fleet,
  load,
};

/** Parts of a short run that names none: under two minutes in all, on two cores. */
const SHORT_PARTS = ["workers", "segmenter", "scheduler", "first-audio", "start", "limit", "cost"];

const USAGE = `deno task bench [--short] [part...]

  --short   seconds a part, prints and keeps nothing; alone: ${SHORT_PARTS.join(", ")}
  parts     ${Object.keys(PARTS).join(", ")}

Whole parts write their figures to docs/performance.md: run them on a machine that does nothing else.`;

if (Deno.args.includes("--help")) {
  console.log(USAGE);
  Deno.exit();
}
const short = Deno.args.includes("--short");
const named = Deno.args.filter((argument) => argument !== "--short");
const names = named.length > 0 ? named : short ? SHORT_PARTS : Object.keys(PARTS);
const unknown = names.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(", ")}\n\n${USAGE}`);
  Deno.exit(2);
}
console.log(await describeMachine());
const missed: Goal[] = [];
for (const name of names) {
  const machine = await describeMachine();
  const report = await PARTS[name]!({ short });
  print(report);
  missed.push(...report.goals.filter(({ isMet, isFarOff }) => short ? isFarOff : !isMet));
  const measured = new Date().toISOString().slice(0, 10);
  const result: Result = { ...report, machine, measured };
  if (!short) await keepResults({ [name]: result });
}
const what = short ? "far off" : "missed";
console.log(
  missed.length === 0
    ? `No goal was ${what}.`
    : `Goals that were ${what}: ${missed.map(({ goal }) => goal).join("; ")}`,
);
if (missed.length > 0) Deno.exit(1);
