/**
 * From the config to what says when there are too many.
 *
 * @module
 */

import type { Config } from "./config.ts";
import { Admission, type AdmissionOptions } from "./http/admission.ts";
import { MemoryWatch } from "./lib/memory_watch.ts";

/** Who lets sessions in, and whether those who are in have to do with less. */
export interface OpenedAdmission {
  readonly admission: Admission;
  readonly isShortOfMemory: () => boolean;
}

/** Opens both; the admission has to be started. */
export function openAdmission(
  config: Config,
  options: Pick<AdmissionOptions, "clock" | "bufferedBytes" | "demand">,
): OpenedAdmission {
  const memory = new MemoryWatch({
    clock: options.clock,
    read: () => Deno.memoryUsage().rss,
    limit: config.maxMemoryMb * 2 ** 20,
  });
  const isShortOfMemory = () => memory.isShort;
  const admission = new Admission({
    ...options,
    isShortOfMemory,
    maxLoad: config.maxLoadPercent / 100,
    maxLateMs: config.maxLateMs,
    maxLoopLagMs: config.maxLoopLagMs,
    maxBufferedBytes: config.maxTotalBufferedBytes,
  });
  return { admission, isShortOfMemory };
}
