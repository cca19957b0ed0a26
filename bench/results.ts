/**
 * Where results stay: `bench/results.json` for programs, and the tables of `docs/performance.md`.
 *
 * @module
 */

import { type Report, tableOf } from "./report.ts";

/** A report, and when and where it was measured. */
export interface Result extends Report {
  readonly machine: string;
  /** Day, ISO 8601. */
  readonly measured: string;
}

const JSON_FILE = new URL("results.json", import.meta.url);
const DOCUMENT = new URL("../docs/performance.md", import.meta.url);

/** Keeps the results of these parts; those of others stay as they are. */
export async function keepResults(results: Readonly<Record<string, Result>>): Promise<void> {
  const before = await earlierResults();
  const all = JSON.stringify({ ...before, ...results }, null, 2);
  await Deno.writeTextFile(JSON_FILE, `${all}\n`);
  let document = await Deno.readTextFile(DOCUMENT);
  for (const [part, result] of Object.entries(results)) document = placed(document, part, result);
  await Deno.writeTextFile(DOCUMENT, document);
  // As it is checked.
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", DOCUMENT.pathname] }).output();
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
  const begin = `<!-- bench:${part} -->`;
  const end = "<!-- /bench -->";
  const from = document.indexOf(begin);
  if (from < 0) return document;
  const to = document.indexOf(end, from);
  if (to < 0) throw new Error(`docs/performance.md: "${begin}" has no "${end}"`);
  return document.slice(0, from + begin.length) + `\n\n${section(result)}\n` + document.slice(to);
}

function section(result: Result): string {
  const [columns, ...rows] = tableOf(result).map((cells) => `| ${cells.join(" | ")} |`);
  const rule = columns!.replaceAll(/[^|]+/g, " --- ");
  const goals = result.goals.map(({ goal, isMet }) => `- ${isMet ? "met" : "**missed**"}: ${goal}`);
  return [
    `${result.title}.`,
    "",
    columns,
    rule,
    ...rows,
    "",
    ...goals,
    ...(goals.length > 0 ? [""] : []),
    ...(result.method === undefined ? [] : [result.method, ""]),
    `Measured ${result.measured} on ${result.machine}.`,
    "",
  ].join("\n");
}
