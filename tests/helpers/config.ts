import { type Config, defaultConfig } from "../../src/config.ts";

/** The defaults, on a free port; and a busy machine that runs tests is no reason to refuse anyone. */
export function testConfig(): Config {
  const forever = { maxLateMs: 600_000, maxLoopLagMs: 600_000, maxWaitMs: 600_000 };
  const roomy = { maxLoadPercent: 10_000, maxMemoryMb: 1_048_576 };
  return { ...defaultConfig(), port: 0, ...roomy, ...forever };
}
