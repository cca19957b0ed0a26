/**
 * CPU profiles of slow sections in a folder, and CPU profiles and heap snapshots on demand.
 *
 * @module
 */

import { type Clock, systemClock } from "../../lib/clock.ts";
import { loggerOf } from "../logger.ts";
import { CpuRecorder } from "./cpu_recorder.ts";
import { CpuSampler, type Sampler } from "./cpu_sampler.ts";
import { HeapRecorder } from "./heap_recorder.ts";
import { ProfileFiles } from "./profile_files.ts";
import { Sections } from "./sections.ts";

/** Options of {@linkcode createProfiler}. */
export interface ProfilerOptions {
  /** Whether sections are profiled; what is asked for on demand is made in any case. */
  readonly enabled: boolean;
  /** Folder for the profiles of sections. It is made when there is one to write. */
  readonly outputDir: string;
  /** Sections that take less, in ms, are not written. */
  readonly minDurationMs: number;
  /** Most profiles in the folder; the oldest are deleted. */
  readonly maxFiles: number;
  /**
   * For durations.
   * @default {systemClock}
   */
  readonly clock?: Clock;
  /**
   * What takes the samples; for tests.
   * @default {new CpuSampler(clock)}
   */
  readonly sampler?: Sampler;
}

/** What other threads that profile their own sections need. */
export interface ThreadProfiling {
  /** Sections that take less, in ms, are not sent. */
  readonly minDurationMs: number;
  /** Takes a profile's bytes. */
  readonly onProfile: (name: string, profile: Uint8Array) => void;
  /** A section went without a profile. */
  readonly onError: (message: string) => void;
}

/** See the module. Made by {@linkcode createProfiler}. */
export interface Profiler {
  /** For threads of this process; undefined when sections are not profiled. */
  readonly threads: ThreadProfiling | undefined;
  /**
   * Runs `fn`, and writes `NAME_TIME_N.cpuprofile` if it took long; the profile is of all that its
   * thread did in that time. A section lasts until the promise of `fn`, if it gives one, settles.
   *
   * @returns what `fn` returns, and throws what it throws.
   */
  section<T>(name: string, fn: () => T): T;
  /**
   * A `.cpuprofile` of the main thread over that many seconds. To cancel the stream ends it.
   *
   * @returns undefined while one is being recorded.
   * @throws {Error} if the runtime does not permit it.
   */
  record(seconds: number): ReadableStream<Uint8Array> | undefined;
  /**
   * A `.heapsnapshot` of the main thread, which stands still meanwhile.
   *
   * @returns undefined until the one before is read or cancelled.
   */
  heap(): ReadableStream<Uint8Array> | undefined;
  /**
   * Ends what is recorded on demand (its reader gets what there is), drops the sections that are
   * open, and waits for the files. Nothing is profiled after it.
   */
  close(): Promise<void>;
}

/** Makes a profiler. Nothing is sampled, and no file touched, before there is a reason. */
export function createProfiler(options: ProfilerOptions): Profiler {
  const { clock = systemClock, sampler = new CpuSampler(clock), minDurationMs } = options;
  const onError = logOnce();
  const files = new ProfileFiles({
    folder: options.outputDir,
    maxFiles: options.maxFiles,
    onError,
  });
  const write = (name: string, profile: Uint8Array) => files.write(name, profile);
  const sections = options.enabled
    ? new Sections({ sampler, clock, minDurationMs, write, onError })
    : undefined;
  const recorder = new CpuRecorder(sampler, clock);
  const heap = new HeapRecorder();
  return {
    threads: options.enabled ? { minDurationMs, onProfile: write, onError } : undefined,
    section: (name, fn) => sections === undefined ? fn() : sections.run(name, fn),
    record: (seconds) => recorder.record(seconds),
    heap: () => heap.record(),
    async close() {
      await Promise.all([sections?.close(), recorder.finish()]);
      sampler.close();
      await files.flushed();
    },
  };
}

/** A disk that is full, or a permission that is missing, would fill the log else. */
function logOnce(): (error: unknown) => void {
  let isLogged = false;
  return (error) => {
    if (isLogged) return;
    isLogged = true;
    const reason = error instanceof Error ? error.message : String(error);
    loggerOf("profiler").error("A profile was lost; more may be", { error: reason });
  };
}
