/**
 * Flags and environment variables -> one frozen `Config`, validated once, every error listed.
 *
 * @module
 */

import { parseArgs } from "@std/cli";
import { ConfigError } from "./errors.ts";
import { flagName, type Setting } from "./lib/setting.ts";
import { settings } from "./settings.ts";

/** The value of every setting. */
export type Config = {
  readonly [Key in keyof typeof settings]: (typeof settings)[Key] extends Setting<infer T> ? T
    : never;
};

/** Every setting's fallback. */
export function defaultConfig(): Config {
  return loadConfig([], () => undefined);
}

/**
 * Reads flags and the environment. Throws a {@linkcode ConfigError} that lists everything that is
 * wrong: the name, the value and what is allowed.
 */
export function loadConfig(
  args: readonly string[],
  env: (name: string) => string | undefined,
): Config {
  const problems: string[] = [];
  const flags = readFlags(args, problems);
  const config: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings) as [string, Setting<unknown>][]) {
    config[key] = readSetting(key, setting, flags.get(key), env(setting.env), problems);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(config) as Config;
}

/** The values given as flags, by the setting's key. */
function readFlags(args: readonly string[], problems: string[]): Map<string, string> {
  const keys = Object.keys(settings);
  const parsed = parseArgs(args, {
    string: keys.map(flagName),
    unknown(argument) {
      problems.push(`${argument}: there is no such flag; --help lists them`);
      return false;
    },
  });
  const flags = new Map<string, string>();
  for (const key of keys) {
    const value = parsed[flagName(key)];
    if (typeof value === "string") flags.set(key, value);
  }
  return flags;
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
function rows(): string[][] {
  return Object.entries(settings as Record<string, Setting<unknown>>).map(([key, setting]) => [
    `--${flagName(key)}`,
    setting.env,
    setting.fallbackText ?? (setting.secret === true ? "none" : String(setting.fallback)),
    `${setting.description} Takes ${setting.allowed}.`,
  ]);
}

/** What `--help` prints. */
export function helpText(): string {
  const body = rows().map(([name, env, fallback, description]) =>
    `  ${name}, ${env} (${fallback})\n      ${description}`
  );
  return [
    "Syrinx: a streaming voice server.",
    "",
    "Usage: deno task start [--flag value ...]",
    "",
    "A flag wins over its environment variable.",
    "",
    ...body,
    "  --help\n      Print this text.",
  ].join("\n");
}

/** The README's table of settings. */
export function markdownTable(): string {
  const body = rows().map(([name, env, fallback, description]) =>
    `| \`${name}\` | \`${env}\` | ${fallback} | ${description!.replaceAll("|", "\\|")} |`
  );
  return ["| flag | variable | default | meaning |", "| --- | --- | --- | --- |", ...body].join(
    "\n",
  );
}
