/**
 * `deno task bench`: measures, prints tables, and writes `bench/results.json`.
 *
 * @module
 */

import { bargeIn } from "./barge_in.ts";
import { cost } from "./cost.ts";
import { firstAudio } from "./first_audio.ts";
import { fleet } from "./fleet.ts";
import { print, type Report } from "./report.ts";
import { scrape } from "./scrape.ts";
import { workers } from "./workers.ts";

const PARTS: Readonly<Record<string, () => Promise<Report>>> = {
  workers,
  "first-audio": firstAudio,
  "barge-in": bargeIn,
  cost,
  scrape,
  fleet,
};

const names = Deno.args.length > 0 ? Deno.args : Object.keys(PARTS);
const unknown = names.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);
  Deno.exit(2);
}
console.log(
  `${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ${Deno.build.target}`,
);
const reports: Report[] = [];
for (const name of names) {
  const report = await PARTS[name]!();
  print(report);
  reports.push(report);
}
await Deno.writeTextFile(
  new URL("results.json", import.meta.url),
  JSON.stringify(reports, null, 2) + "\n",
);
const missed = reports.flatMap(({ goals }) => goals).filter(({ isMet }) => !isMet);
if (missed.length > 0) Deno.exit(1);
