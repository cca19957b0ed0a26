/**
 * Where results stay: `bench/results.json` for programs, the tables of `docs/performance.md`, and the
 * pictures in `docs/plots`.
 *
 * @module
 */

import { drawPlot } from "./plot.ts";
import { type Report, tableOf } from "./report.ts";

/** A report, and when and where it was measured. */
export interface Result extends Report {
  readonly machine: string;
  /** Day, ISO 8601. */
  readonly measured: string;
}

const JSON_FILE = new URL("results.json", import.meta.url);
const DOCUMENT = new URL("../docs/performance.md", import.meta.url);
const PLOTS = new URL("../docs/plots/", import.meta.url);

/** Keeps the results of these parts; those of others stay as they are. */
export async function keepResults(results: Readonly<Record<string, Result>>): Promise<void> {
  const all = { ...await earlierResults(), ...results };
  await Deno.writeTextFile(JSON_FILE, `${JSON.stringify(all, null, 2)}\n`);
  let document = await Deno.readTextFile(DOCUMENT);
  for (const [part, result] of Object.entries(results)) document = placed(document, part, result);
  await Deno.writeTextFile(DOCUMENT, between(document, "goals", goalsOf(all)));
  const written = [DOCUMENT, JSON_FILE];
  for (const [part, result] of Object.entries(results)) {
    written.push(...await keepPlots(part, result));
  }
  // As it is checked.
  const args = ["fmt", "--quiet", ...written.map(({ pathname }) => pathname)];
  await new Deno.Command(Deno.execPath(), { args }).output();
}

/** Writes a part's pictures; gives where they are. */
async function keepPlots(part: string, { plots = [] }: Result): Promise<URL[]> {
  await Deno.mkdir(PLOTS, { recursive: true });
  return await Promise.all(plots.map(async (plot) => {
    const file = new URL(`${part}-${plot.name}.svg`, PLOTS);
    await Deno.writeTextFile(file, drawPlot(plot));
    return file;
  }));
}

async function earlierResults(): Promise<Record<string, Result>> {
  try {
    return JSON.parse(await Deno.readTextFile(JSON_FILE));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    throw error;
  }
}

/** The document with a part's section between its marks; one without marks stays as it is. */
export function placed(document: string, part: string, result: Result): string {
  return between(document, part, section(part, result));
}

/** All goals of all parts. */
function goalsOf(results: Readonly<Record<string, Result>>): string {
  const rows = Object.entries(results).flatMap(([part, { goals }]) =>
    goals.map(({ goal, isMet }) => `| ${part} | ${goal} | ${isMet ? "met" : "**missed**"} |`)
  );
  return ["| part | goal | |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

function between(document: string, name: string, text: string): string {
  const begin = `<!-- bench:${name} -->`;
  const end = "<!-- /bench -->";
  const from = document.indexOf(begin);
  if (from < 0) return document;
  const to = document.indexOf(end, from);
  if (to < 0) throw new Error(`docs/performance.md: "${begin}" has no "${end}"`);
  return document.slice(0, from + begin.length) + `\n\n${text}\n` + document.slice(to);
}

function section(part: string, result: Result): string {
  const [columns, ...rows] = tableOf(result).map((cells) => `| ${cells.join(" | ")} |`);
  const rule = columns!.replaceAll(/[^|]+/g, " --- ");
  const goals = result.goals.map(({ goal, isMet }) => `- ${isMet ? "met" : "**missed**"}: ${goal}`);
  const plots = (result.plots ?? []).map(({ name, title }) =>
    `![${title}](plots/${part}-${name}.svg)`
  );
  return [
    `${result.title}.`,
    "",
    columns,
    rule,
    ...rows,
    "",
    ...plots.flatMap((plot) => [plot, ""]),
    ...goals,
    ...(goals.length > 0 ? [""] : []),
    ...(result.method === undefined ? [] : [result.method, ""]),
    `Measured ${result.measured} on ${result.machine}.`,
    "",
  ].join("\n");
}
