/**
 * Flags and environment variables -> one frozen `Config`, validated once, every error listed.
 *
 * @module
 */

import { ConfigError } from "./errors.ts";
import {
  readSettings,
  settingsHelp,
  settingsTable,
  type SettingValues,
} from "./lib/settings_reader.ts";
import { settings } from "./settings.ts";
import { parseSettingsFile, type SettingsFile } from "./settings_file.ts";

/** The value of every setting. */
export type Config = SettingValues<typeof settings>;

/** Every setting's fallback. */
export function defaultConfig(): Config {
  return loadConfig([], () => undefined);
}

/**
 * Reads flags, the environment and the file of settings. Throws a {@linkcode ConfigError} that lists
 * everything that is wrong: the name, the value and what is allowed.
 */
export function loadConfig(
  args: readonly string[],
  env: Environment,
  readFile: (path: string) => string = Deno.readTextFileSync,
): Config {
  // Where the file is, neither of the others can say wrong without being told below.
  const { settingsFile: path } = readSettings(settings, args, env).values;
  const file = path === "" ? NO_FILE : openFile(path, readFile);
  const fromAll = (name: string) => env(name) || file.values[name];
  const { values, problems } = readSettings(settings, args, fromAll);
  const all = [...file.problems, ...problems];
  if (all.length > 0) throw new ConfigError(all);
  return values;
}

const NO_FILE: SettingsFile = { values: {}, problems: [] };

function openFile(path: string, readFile: (path: string) => string): SettingsFile {
  try {
    return parseSettingsFile(readFile(path), path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`SETTINGS_FILE: cannot read ${JSON.stringify(path)}: ${reason}`]);
  }
}

/** Reads a variable of the environment. */
type Environment = (name: string) => string | undefined;

/** What `--help` prints. */
export function helpText(): string {
  return [
    "Syrinx: a streaming voice server.",
    "",
    "Usage: deno task start [--flag value ...]",
    "",
    "A flag wins over its environment variable, and that over SETTINGS_FILE.",
    "",
    settingsHelp(settings),
    "  --help\n      Print this text.",
  ].join("\n");
}

/** The README's table of settings. */
export function markdownTable(): string {
  return settingsTable(settings);
}
