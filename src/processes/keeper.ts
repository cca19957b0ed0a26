/**
 * Keeps the processes of a server running: starts them, starts anew those that end, and ends those
 * that do not answer any more.
 *
 * @module
 */

import type { Clock } from "../lib/clock.ts";
import { delay } from "../lib/wait.ts";
import { loggerOf } from "../telemetry/logger.ts";
import type { End, Member } from "./member.ts";

/** Wait before a process that has ended is started anew, in ms; doubled while it ends at once. */
const RESTART_MS = { first: 100, longest: 10_000 } as const;

/** A process that lived for so long did not end at once, in ms. */
const SETTLED_MS = 30_000;

/** Starts in a row that may fail before it is given up, while no other process serves. */
const MAX_FAILURES = 5;

/** How often processes are asked how they are, in ms. What one counts after that dies with it. */
const WATCH_MS = 1_000;

/** Time without an answer after which a process is ended, in ms; a heap snapshot takes seconds. */
const FROZEN_MS = 30_000;

/** Options of {@linkcode Keeper}. */
export interface KeeperOptions {
  readonly members: readonly Member[];
  readonly clock: Clock;
  /** Time that processes have to end when they are told to, in ms. */
  readonly endMs: number;
  /** A process has ended; its last words. */
  readonly onEnd: (end: End) => void;
}

/** See the module. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #log = loggerOf("server");
  readonly #failed = Promise.withResolvers<number>();
  readonly #stopped = new AbortController();
  /** Who waits for a member to be ready. */
  readonly #waiting = new Map<Member, () => void>();
  readonly #lives: Promise<void>[] = [];
  #cancelKill: () => void = () => {};
  /** All have been ready once. */
  #isComplete = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /**
   * Runs until it is stopped, or cannot go on.
   *
   * @returns the exit code: 0, or that of a process which could not start.
   */
  async run(): Promise<number> {
    const [first, ...others] = this.#options.members;
    const stopWatching = this.#watch();
    // What is wrong with the configuration the first one tells, once.
    this.#begin(first!).then(() => others.forEach((member) => this.#begin(member)));
    const stopped = aborted(this.#stopped.signal).then(() => 0);
    const code = await Promise.race([this.#failed.promise, stopped]);
    this.stop();
    await Promise.all(this.#lives);
    stopWatching();
    this.#cancelKill();
    return code;
  }

  /** A member listens. @returns whether with it all are there for the first time. */
  noteReady(member: Member, port: number): boolean {
    member.noteReady(port);
    this.#log.info("Process ready", { process: member.number, pid: member.pid });
    this.#waiting.get(member)?.();
    const isFirstTime = !this.#isComplete && this.#options.members.every(({ isReady }) => isReady);
    if (isFirstTime) this.#isComplete = true;
    return isFirstTime;
  }

  /** Tells all to drain and to end; those who do not are ended. Idempotent. */
  stop(): void {
    if (this.isStopping) return;
    this.#stopped.abort();
    const { members, clock, endMs } = this.#options;
    for (const member of members) member.stop();
    this.#cancelKill = clock.after(endMs, () => members.forEach((member) => member.kill()));
  }

  get isStopping(): boolean {
    return this.#stopped.signal.aborted;
  }

  /** Keeps a member running from now on; resolves when it is ready for the first time. */
  #begin(member: Member): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(member, resolve);
    this.#lives.push(this.#keep(member));
    return promise;
  }

  async #keep(member: Member): Promise<void> {
    let failures = 0;
    while (!this.isStopping) {
      const startedAt = this.#options.clock.now();
      const end = await member.live();
      this.#options.onEnd(end);
      if (this.isStopping) return;
      if (!this.#isComplete) return this.#fail(end);
      const isSettled = this.#options.clock.now() - startedAt >= SETTLED_MS;
      // Who was told to stop, by its own signal, did so: an operator wants it to begin anew.
      failures = isSettled || end.success ? 0 : failures + 1;
      if (failures > MAX_FAILURES && !this.#isServed()) return this.#fail(end);
      const waitMs = Math.min(RESTART_MS.first * 2 ** failures, RESTART_MS.longest);
      this.#tell(member, end, waitMs);
      // Who is told to stop waits no longer.
      await delay(this.#options.clock, waitMs, this.#stopped.signal).catch(() => {});
    }
  }

  #isServed(): boolean {
    return this.#options.members.some(({ isReady }) => isReady);
  }

  #fail({ code, signal }: End): void {
    this.#log.error("A process could not start", { code, ...(signal && { signal }) });
    this.#failed.resolve(code || 1);
  }

  #tell(member: Member, { code, signal, success }: End, waitMs: number): void {
    const fields = {
      process: member.number,
      ...(signal === null ? { code } : { signal }),
      restart_in_ms: waitMs,
    };
    if (success) this.#log.info("Process stopped", fields);
    else this.#log.warn("Process lost", fields);
  }

  /** Ends those that do not answer any more: the kernel goes on to give them connections. */
  #watch(): () => void {
    const { members, clock } = this.#options;
    const answeredAt = new Map<Member, number>();
    return clock.every(WATCH_MS, () => {
      for (const member of members) this.#look(member, answeredAt);
    });
  }

  async #look(member: Member, answeredAt: Map<Member, number>): Promise<void> {
    const { clock } = this.#options;
    await member.refresh();
    const now = clock.now();
    if (member.isUp || !member.isReady || !answeredAt.has(member)) answeredAt.set(member, now);
    if (now - answeredAt.get(member)! < FROZEN_MS) return;
    this.#log.error("Process does not answer and is ended", { process: member.number });
    answeredAt.delete(member);
    member.kill();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
