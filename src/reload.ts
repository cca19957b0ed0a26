/**
 * What can change while the server runs: SIGHUP.
 *
 * @module
 */

import { isDeepStrictEqual } from "node:util";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { settings } from "./settings.ts";
import { loggerOf } from "./telemetry/logger.ts";

/** Options of {@linkcode reload}. */
export interface ReloadOptions {
  /** What the server was started with. */
  readonly config: Config;
  /** Reads all settings anew; throws a {@linkcode ConfigError}. */
  readonly load: () => Config;
  /** Take what is new, each its own; one that throws a {@linkcode ConfigError} has taken nothing. */
  readonly takers: readonly ((config: Config) => void)[];
}

/** Settings that somebody takes; all others hold from the start to the end. */
const CHANGEABLE: ReadonlySet<string> = new Set<keyof Config>([
  "apiKeys",
  "adminKeys",
  "logLevel",
  "ttsBackends",
]);

/** Reads the settings again, and gives everybody what is new. What cannot be used is logged. */
export function reload({ config: before, load, takers }: ReloadOptions): void {
  const log = loggerOf("server");
  const config = attempt(load);
  if (config === undefined) return;
  for (const take of takers) attempt(() => take(config));
  const fixed = changed(before, config).filter((key) => !CHANGEABLE.has(key));
  log.info("Settings reloaded");
  if (fixed.length === 0) return;
  const names = fixed.map((key) => settings[key].env).join(", ");
  log.warn("Settings that differ take a restart", { settings: names });
}

/** What comes of it; undefined, and a line in the log, where that is a problem with the settings. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    loggerOf("server").warn("Settings were not reloaded", { error: error.message });
    return undefined;
  }
}

function changed(before: Config, after: Config): (keyof Config)[] {
  const keys = Object.keys(settings) as (keyof Config)[];
  return keys.filter((key) => !isDeepStrictEqual(before[key], after[key]));
}
