/**
 * The one file that knows the runtime's CPU profiler.
 *
 * Two facts shape it. To begin sampling walks the whole heap: 10 ms in a small process, 100 ms in a
 * large one, and the thread stands still for that time. While sampling goes on, one more recording
 * costs 0.05 ms. Recordings that overlap therefore share one sampler, which goes on for a while
 * after the last of them. The inspector's `Profiler.start` knows one recording at a time;
 * `console.profile` has no such limit, and gives each its own samples.
 *
 * To know when reading a profile: V8 counts a loop that it has compiled while it ran, before
 * sampling began, to the caller of the function that it stands in.
 *
 * @module
 */

import { type Profiler, Session } from "node:inspector";
import type { CancelTimer, Clock } from "../../lib/clock.ts";
import { requirePermission } from "./permission.ts";

/** What a `.cpuprofile` file holds, for Chrome DevTools and speedscope. Times are microseconds. */
export type CpuProfile = Profiler.Profile;

/** Samples being taken, from its making to its end. After either end, both do nothing more. */
export interface Recording {
  /** Ends it. @throws {Error} if the profile is not there in time, or the sampler was closed. */
  stop(): Promise<CpuProfile>;
  /** Ends it; nobody wants the profile. */
  drop(): void;
}

/** Takes samples of the thread that it is made in. */
export interface Sampler {
  /**
   * Begins a recording.
   *
   * @throws {Error} if the runtime does not permit it, too many are open, or the sampler is closed.
   */
  start(): Recording;
  /** Ends all recordings. */
  close(): void;
}

/** A kind that the runtime knows and its types do not. */
const INSPECTOR = { name: "sys", kind: "inspector" } as unknown as Deno.SysPermissionDescriptor;

/** Time between two looks, in microseconds. */
const INTERVAL_US = 1_000;

/** Time that sampling goes on after the last recording, in ms; it costs 3 % of a core. */
const LINGER_MS = 10_000;

/** Longest wait for a profile, in ms. */
const STOP_MS = 5_000;

/** The engine takes 100, one of which keeps the sampler going. */
const MAX_RECORDINGS = 99;

/** See the module. */
export class CpuSampler implements Sampler {
  readonly #clock: Clock;
  /** All inspectors of the thread hear of all recordings: no two may have one title. */
  readonly #prefix = crypto.randomUUID();
  /** Titles of the recordings that are open. */
  readonly #open = new Set<string>();
  /** Recordings that have ended, whose profiles are still to come. */
  readonly #awaited = new Map<string, PromiseWithResolvers<CpuProfile>>();
  #session: Session | undefined;
  #count = 0;
  /** Title of the recording that keeps the sampler going while there is no other. */
  #bridge: string | undefined;
  #cancelLinger: CancelTimer = () => {};
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  start(): Recording {
    if (this.#isClosed) throw new Error("the profiler is closed");
    if (this.#open.size >= MAX_RECORDINGS) {
      throw new Error(`${MAX_RECORDINGS} profiles are recorded at once already`);
    }
    this.#session ??= this.#connect();
    this.#cancelLinger();
    const title = this.#begin();
    this.#open.add(title);
    if (this.#bridge !== undefined) console.profileEnd(this.#bridge);
    this.#bridge = undefined;
    return { stop: () => this.#stop(title), drop: () => this.#end(title) };
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelLinger();
    this.#disconnect();
  }

  #connect(): Session {
    requirePermission(INSPECTOR, '--allow-sys, or "sys": ["inspector"] in deno.json');
    const session = new Session();
    session.connect();
    session.on("Profiler.consoleProfileFinished", ({ params }) => {
      this.#awaited.get(params.title ?? "")?.resolve(params.profile);
    });
    session.post("Profiler.enable");
    session.post("Profiler.setSamplingInterval", { interval: INTERVAL_US });
    return session;
  }

  #begin(): string {
    const title = `${this.#prefix} ${++this.#count}`;
    console.profile(title);
    return title;
  }

  #stop(title: string): Promise<CpuProfile> {
    const awaited = Promise.withResolvers<CpuProfile>();
    if (!this.#open.has(title)) {
      awaited.reject(new Error("the recording has ended"));
      return awaited.promise;
    }
    this.#awaited.set(title, awaited);
    this.#end(title);
    const cancelTimer = this.#clock.after(STOP_MS, () => {
      awaited.reject(new Error(`the runtime gave no profile within ${STOP_MS} ms`));
    });
    return awaited.promise.finally(() => {
      cancelTimer();
      this.#awaited.delete(title);
    });
  }

  #end(title: string): void {
    if (!this.#open.delete(title)) return;
    if (this.#open.size === 0) this.#linger();
    console.profileEnd(title);
  }

  #linger(): void {
    this.#bridge = this.#begin();
    this.#cancelLinger = this.#clock.after(LINGER_MS, () => this.#disconnect());
  }

  #disconnect(): void {
    // Other inspectors of this thread would go on with what only this one has begun.
    for (const title of this.#open) console.profileEnd(title);
    if (this.#bridge !== undefined) console.profileEnd(this.#bridge);
    this.#open.clear();
    this.#bridge = undefined;
    this.#session?.disconnect();
    this.#session = undefined;
    for (const { reject } of this.#awaited.values()) reject(new Error("the profiler is closed"));
  }
}
