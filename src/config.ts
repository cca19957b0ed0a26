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

/** The value of every setting. */
export type Config = SettingValues<typeof settings>;

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
  const { values, problems } = readSettings(settings, args, env);
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

/** What `--help` prints. */
export function helpText(): string {
  return [
    "Syrinx: a streaming voice server.",
    "",
    "Usage: deno task start [--flag value ...]",
    "",
    "A flag wins over its environment variable.",
    "",
    settingsHelp(settings),
    "  --help\n      Print this text.",
  ].join("\n");
}

/** The README's table of settings. */
export function markdownTable(): string {
  return settingsTable(settings);
}
