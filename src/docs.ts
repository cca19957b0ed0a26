/**
 * `deno task docs`: writes the parts of the documentation that the code knows better.
 *
 * @module
 */

import { markdownTable } from "./config.ts";

// The formatter would align the table's columns, and the test that compares it with the code would fail.
const BEGIN = "<!-- settings: written by `deno task docs` -->\n<!-- deno-fmt-ignore-start -->\n";
const END = "<!-- deno-fmt-ignore-end -->\n<!-- end of settings -->";

const readme = new URL("../README.md", import.meta.url);
const text = await Deno.readTextFile(readme);
const from = text.indexOf(BEGIN);
const to = text.indexOf(END);
if (from < 0 || to < from) throw new Error(`README.md has no part between ${BEGIN} and ${END}`);
const table = `\n${markdownTable()}\n\n`;
await Deno.writeTextFile(readme, text.slice(0, from) + BEGIN + table + text.slice(to));
