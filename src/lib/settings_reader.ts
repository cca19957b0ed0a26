/**
 * Reads declared settings from flags and the environment, and describes them.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { flagName, type Setting } from "./setting.ts";

/** Settings by key; the flag has the key's name. */
export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The value of every setting. */
export type SettingValues<S extends Settings> = {
  readonly [Key in keyof S]: S[Key] extends Setting<infer T> ? T : never;
};

/** What {@linkcode readSettings} found. */
export interface ReadSettings<S extends Settings> {
  /** Frozen; not to be used if there are problems. */
  readonly values: SettingValues<S>;
  /** Everything that is wrong: the name, the value and what is allowed. */
  readonly problems: readonly string[];
}

/** Reads every setting; a flag wins over its environment variable. */
export function readSettings<S extends Settings>(
  settings: S,
  args: readonly string[],
  env: (name: string) => string | undefined,
): ReadSettings<S> {
  const problems: string[] = [];
  const flags = readFlags(settings, args, problems);
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    values[key] = readSetting(key, setting, flags.get(key), env(setting.env), problems);
  }
  return { values: Object.freeze(values) as SettingValues<S>, problems };
}

/** The values given as flags, by the setting's key. */
function readFlags(
  settings: Settings,
  args: readonly string[],
  problems: string[],
): Map<string, string> {
  const names = Object.keys(settings).map(flagName);
  const parsed = parseArgs(joinNegativeNumbers(args), {
    string: names,
    collect: names,
    unknown(argument) {
      problems.push(`${argument}: there is no such flag; --help lists them`);
      return false;
    },
  });
  const flags = new Map<string, string>();
  for (const key of Object.keys(settings)) {
    const given = parsed[flagName(key)] as string[];
    if (given.length > 1) problems.push(`--${flagName(key)}: it is given more than once`);
    if (given.length > 0) flags.set(key, given.at(-1)!);
  }
  return flags;
}

/** `--port -5` -> `--port=-5`: the parser would take the number for a flag. */
function joinNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of args) {
    const last = joined.at(-1) ?? "";
    const isValue = /^-\d/.test(argument) && /^--[^=]+$/.test(last);
    if (isValue) joined[joined.length - 1] = `${last}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}

function readSetting(
  key: string,
  setting: Setting<unknown>,
  fromFlag: string | undefined,
  fromEnv: string | undefined,
  problems: string[],
): unknown {
  // An empty environment variable is how many tools say "not set".
  const given = fromFlag ?? (fromEnv === "" ? undefined : fromEnv);
  if (given === undefined) return setting.fallback;
  const value = setting.parse(given.trim());
  if (value === undefined) {
    const name = fromFlag === undefined ? setting.env : `--${flagName(key)}`;
    const shown = setting.secret === true ? "(not shown)" : JSON.stringify(given);
    problems.push(`${name}: ${shown} is not allowed; it takes ${setting.allowed}`);
  }
  return value;
}

/** The settings as rows: flag, variable, default, description. */
function rows(settings: Settings): string[][] {
  return Object.entries(settings).map(([key, setting]) => [
    `--${flagName(key)}`,
    setting.env,
    setting.fallbackText ?? (setting.secret === true ? "none" : String(setting.fallback)),
    `${setting.description} Takes ${setting.allowed}.`,
  ]);
}

/** The settings as `--help` prints them. */
export function settingsHelp(settings: Settings): string {
  return rows(settings)
    .map(([flag, env, fallback, description]) =>
      `  ${flag}, ${env} (${fallback})\n      ${description}`
    )
    .join("\n");
}

/** The settings as a Markdown table. */
export function settingsTable(settings: Settings): string {
  const body = rows(settings).map(([flag, env, fallback, description]) =>
    `| \`${flag}\` | \`${env}\` | ${fallback} | ${description!.replaceAll("|", "\\|")} |`
  );
  return ["| flag | variable | default | meaning |", "| --- | --- | --- | --- |", ...body].join(
    "\n",
  );
}
