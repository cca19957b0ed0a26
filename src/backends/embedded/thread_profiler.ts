/**
 * A thread's own profiler: each synthesis is a section, whose profile is sent to the main thread.
 * Only a thread that profiles loads this.
 *
 * @module
 */

import { systemClock } from "../../lib/clock.ts";
import { CpuSampler } from "../../telemetry/profiler/cpu_sampler.ts";
import { Sections } from "../../telemetry/profiler/sections.ts";
import type { FromThread, ProfilingMessage } from "./messages.ts";

/** Runs something as a section. */
export type RunSection = <T>(fn: () => T) => T;

/** Makes the profiler; nothing is sampled before the first section. */
export function createThreadProfiler(
  { section, minDurationMs }: ProfilingMessage,
  post: (message: FromThread, transfer?: Transferable[]) => void,
): RunSection {
  const sections = new Sections({
    sampler: new CpuSampler(systemClock),
    clock: systemClock,
    minDurationMs,
    write: (name, profile) => post({ type: "profile", name, profile }, [profile.buffer]),
    onError: (error) => post({ type: "profile_failed", message: String(error) }),
  });
  return (fn) => sections.run(section, fn);
}
