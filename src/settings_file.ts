/**
 * Settings in a file, so that they can change while the server runs.
 *
 * @module
 */

import { parseEnv } from "node:util";
import { settings } from "./settings.ts";

/** What a file of settings says. */
export interface SettingsFile {
  /** By the variables' names. */
  readonly values: Readonly<Record<string, string>>;
  /** Everything that is wrong with it. */
  readonly problems: readonly string[];
}

/** Reads `NAME=VALUE` lines, as of a `.env` file; `path` is for what is said of them. */
export function parseSettingsFile(text: string, path: string): SettingsFile {
  const names = new Set(Object.values(settings).map(({ env }) => env));
  const values = parseEnv(text) as Record<string, string>;
  const problems = Object.keys(values)
    .filter((name) => !names.has(name) || name === settings.settingsFile.env)
    .map((name) => `SETTINGS_FILE: ${path}: ${name} is no setting that can stand there`);
  return { values, problems };
}
