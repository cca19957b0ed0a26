/**
 * The files of `deploy/`, read for tests.
 */

import { parse, parseAllDocuments } from "yaml";
import { settings as serverSettings } from "../../src/settings.ts";
import { settings as workerSettings } from "../../src/tts_worker/settings.ts";
import type { Setting } from "../../src/lib/setting.ts";

/** The project's folder. */
export const ROOT = new URL("../../", import.meta.url);

/** What YAML holds. */
// deno-lint-ignore no-explicit-any
export type Tree = any;

/** Variables and their values. */
export type Variables = Readonly<Record<string, string>>;

/** Settings by the variable that sets them. */
const byVariable = new Map<string, Setting<unknown>>(
  [...Object.values(serverSettings), ...Object.values(workerSettings)]
    .map((setting) => [setting.env, setting]),
);

/** The only document of a YAML file; merge keys are merged, as Compose does. */
export async function yaml(path: string): Promise<Tree> {
  return parse(await text(path), { merge: true });
}

/** All documents of a YAML file. */
export async function yamlDocuments(path: string): Promise<Tree[]> {
  return parseAllDocuments(await text(path)).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

/** A file of the project. */
export function text(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, ROOT));
}

/** `NAME=value` a line, with comments and empty lines between them. */
export async function envFile(path: string): Promise<Variables> {
  const lines = (await text(path)).split("\n").filter((line) => line !== "" && line[0] !== "#");
  return Object.fromEntries(lines.map((line) => {
    const sign = line.indexOf("=");
    if (sign < 1) throw new Error(`${path}: ${line}`);
    return [line.slice(0, sign), line.slice(sign + 1)];
  }));
}

/** What is wrong with variables that set settings: those that do not exist, or cannot be so. */
export function problemsOf(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    const setting = byVariable.get(name);
    if (setting === undefined) return [`${name}: there is no such setting`];
    return setting.parse(value) === undefined ? [`${name}: ${value} is not allowed`] : [];
  });
}

/** The number that a variable sets, or what it is without. */
export function numberOf(variables: Variables, name: string): number {
  const { [name]: value } = variables;
  return Number(value ?? byVariable.get(name)!.fallback);
}

/** `130s` -> 130. */
export function secondsOf(duration: string): number {
  const match = /^(\d+)(s|m|h)$/.exec(duration);
  if (match === null) throw new Error(`no duration: ${duration}`);
  return Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as "s" | "m" | "h"];
}
