/**
 * From the config to a profiler.
 *
 * @module
 */

import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { createProfiler, type Profiler } from "./telemetry/profiler/profiler.ts";

/**
 * A profiler as the config wants it.
 *
 * @throws {ConfigError} if it could not write what it is to write.
 */
export function createProfilerOf(config: Config): Profiler {
  const { enableProfiling, profileOutputDir } = config;
  if (enableProfiling) checkFolder(profileOutputDir);
  return createProfiler({
    enabled: enableProfiling,
    outputDir: profileOutputDir,
    minDurationMs: config.profileMinDurationMs,
    maxFiles: config.profileMaxFiles,
  });
}

function checkFolder(folder: string): void {
  for (const name of ["read", "write"] as const) {
    if (Deno.permissions.querySync({ name, path: folder }).state === "granted") continue;
    throw new ConfigError([
      `PROFILE_OUTPUT_DIR: ${JSON.stringify(folder)} is not allowed; it takes a folder of ` +
      `permissions.start.${name} in deno.json`,
    ]);
  }
  try {
    Deno.mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ConfigError([
      `PROFILE_OUTPUT_DIR: ${JSON.stringify(folder)} cannot be used: ${error.message}`,
    ]);
  }
}
