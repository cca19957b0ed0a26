/**
 * Profiles of sections of a program: from a section's begin to its end, all that its thread did.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { CpuProfile, Recording, Sampler } from "./cpu_sampler.ts";

/** Options of {@linkcode Sections}. */
export interface SectionsOptions {
  readonly sampler: Sampler;
  readonly clock: Clock;
  /** Sections that take less, in ms, are not kept. */
  readonly minDurationMs: number;
  /** Takes a profile's bytes, some time after its section. */
  readonly write: (name: string, profile: Uint8Array<ArrayBuffer>) => void;
  /** A section goes without a profile. */
  readonly onError: (error: unknown) => void;
}

/** Ends a section; a second call does nothing. */
export type EndSection = () => void;

/** Longest part of a section that is recorded, in ms: what never ends must not fill the memory. */
const MAX_SECTION_MS = 60_000;

/** Sections may overlap. */
export class Sections {
  readonly #options: SectionsOptions;
  /** What lets go of each open section. */
  readonly #open = new Set<() => void>();
  /** Profiles that are being made. */
  readonly #kept = new Set<Promise<void>>();

  constructor(options: SectionsOptions) {
    this.#options = options;
  }

  /** Runs `fn` as a section, which lasts until its promise, if it gives one, is settled. */
  run<T>(name: string, fn: () => T): T {
    const end = this.begin(name);
    let result: T;
    try {
      result = fn();
    } catch (error) {
      end();
      throw error;
    }
    if (result instanceof Promise) return result.finally(end) as T;
    end();
    return result;
  }

  /** Begins a section. Never throws. */
  begin(name: string): EndSection {
    const { sampler, clock, minDurationMs, onError } = this.#options;
    let recording: Recording;
    try {
      recording = sampler.start();
    } catch (error) {
      onError(error);
      return () => {};
    }
    const startedAt = clock.now();
    const end = () => {
      if (!this.#open.delete(release)) return;
      cancelCut();
      if (clock.now() - startedAt < minDurationMs) recording.drop();
      else this.#keep(name, recording);
    };
    const cancelCut = clock.after(MAX_SECTION_MS, end);
    const release = () => {
      cancelCut();
      recording.drop();
    };
    this.#open.add(release);
    return end;
  }

  /** Drops what is open, and waits for what is not yet handed to `write`. */
  async close(): Promise<void> {
    for (const release of this.#open) release();
    this.#open.clear();
    await Promise.all(this.#kept);
  }

  #keep(name: string, recording: Recording): void {
    const { write, onError } = this.#options;
    const kept = recording.stop()
      .then((profile) => write(name, profileBytes(profile)))
      .catch(onError)
      .finally(() => this.#kept.delete(kept));
    this.#kept.add(kept);
  }
}

/** A profile as the bytes of a `.cpuprofile` file. */
export function profileBytes(profile: CpuProfile): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(profile));
}
