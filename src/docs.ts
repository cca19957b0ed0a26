/**
 * `deno task docs`: writes the parts of the documentation that the code knows better.
 *
 * @module
 */

import { markdownTable } from "./config.ts";
import { settingsTable } from "./lib/settings_reader.ts";
import { metricsMarkdown } from "./telemetry/metrics/markdown.ts";
import { settings as workerSettings } from "./tts_worker/settings.ts";

/** Puts `content` into the part of a file that stands between the marks of that name. */
async function writePart(file: string, name: string, content: string): Promise<void> {
  // The formatter would align the tables' columns, and the tests that compare them with the code
  // would fail.
  const begin = `<!-- ${name}: written by \`deno task docs\` -->\n<!-- deno-fmt-ignore-start -->\n`;
  const end = `<!-- deno-fmt-ignore-end -->\n<!-- end of ${name} -->`;
  const url = new URL(file, import.meta.url);
  const text = await Deno.readTextFile(url);
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${file} has no part between ${begin} and ${end}`);
  const part = `${begin}\n${content}\n\n`;
  await Deno.writeTextFile(url, text.slice(0, from) + part + text.slice(to));
}

await writePart("../README.md", "settings", markdownTable());
await writePart("../docs/metrics.md", "metrics", metricsMarkdown());
await writePart("../docs/tts-worker.md", "settings", settingsTable(workerSettings));
