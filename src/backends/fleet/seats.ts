/**
 * Places at members for sentences, and the sentences that wait for one.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../../lib/clock.ts";
import { chooseMember, hasAny, hasOther, type Need } from "./choice.ts";
import type { Link } from "./link.ts";
import { MemberError } from "./member.ts";

/** Options of {@linkcode Seats}. */
export interface SeatsOptions {
  readonly clock: Clock;
  /** The members, as they are now. */
  readonly links: () => Iterable<Link>;
  /** Most sentences that may wait. */
  readonly maxWaiting: number;
  /** Longest wait while a member is up, in ms. */
  readonly busyTimeoutMs: number;
  /** Longest wait while none is, in ms. */
  readonly unavailableTimeoutMs: number;
}

/** What a sentence asks for. */
export interface SeatRequest extends Need {
  /** It has begun and its listener waits: it goes first, and is not turned away. */
  readonly isBegun: boolean;
  readonly signal: AbortSignal;
}

/** A place at a member, for one synthesis. */
export interface Seat {
  readonly link: Link;
  /** Gives it back; once. */
  release(): void;
}

/** See the module. */
export class Seats {
  readonly #options: SeatsOptions;
  /** Sentences that have begun, and those that have not; oldest first. */
  readonly #begun = new Set<Waiter>();
  readonly #fresh = new Set<Waiter>();
  #choices = 0;
  /** Clock time since when no member is usable; undefined while one is. */
  #outageSince: number | undefined;

  constructor(options: SeatsOptions) {
    this.#options = options;
  }

  /** Sentences that wait. */
  get waiting(): number {
    return this.#begun.size + this.#fresh.size;
  }

  /** A place that is free now, if there is one. */
  tryAcquire(need: Need): Seat | undefined {
    const link = chooseMember(this.#options.links(), need);
    if (link === undefined) return undefined;
    link.chosenAt = ++this.#choices;
    link.take();
    return {
      link,
      release: () => {
        link.release();
        this.#serve();
      },
    };
  }

  /**
   * A place, as soon as there is one. Nobody who waits is overtaken: what is free, and of use to
   * somebody who waits, has been given to them.
   *
   * @throws {MemberError} `unavailable` or `overloaded` when the wait is too long, `overloaded` at
   * once if too many wait.
   * @throws the signal's reason when it aborts.
   */
  async acquire(request: SeatRequest): Promise<Seat> {
    const { signal, isBegun } = request;
    signal.throwIfAborted();
    const free = this.tryAcquire(request);
    if (free !== undefined) return free;
    if (!isBegun && this.#fresh.size >= this.#options.maxWaiting) {
      throw new MemberError("overloaded", `${this.#fresh.size} sentences wait already`);
    }
    const waiter = new Waiter(request, this.#options, () => this.#queueOf(request).delete(waiter));
    this.#queueOf(request).add(waiter);
    this.#noteOutage();
    this.#tellMembers(waiter);
    const seat = await waiter.seat;
    if (signal.aborted) {
      // It came between the waiter's promise and this line.
      seat.release();
      throw signal.reason;
    }
    return seat;
  }

  /** Whether a member that has not failed the sentence could take it, now or later. */
  hasOther(need: Need): boolean {
    return hasOther(this.#options.links(), need);
  }

  /** Whether any member could take the sentence, now or later. */
  hasAny(need: Need): boolean {
    return hasAny(this.#options.links(), need);
  }

  /** To be called whenever a member can do more or less than before. */
  membersChanged(): void {
    this.#noteOutage();
    this.#serve();
    for (const waiter of [...this.#begun, ...this.#fresh]) this.#tellMembers(waiter);
  }

  #tellMembers(waiter: Waiter): void {
    const isAnyThere = hasAny(this.#options.links(), waiter.request);
    waiter.membersChanged(isAnyThere, this.#outageSince);
  }

  #noteOutage(): void {
    const isAnyUsable = [...this.#options.links()].some((link) => link.isUsable);
    if (isAnyUsable) this.#outageSince = undefined;
    else this.#outageSince ??= this.#options.clock.now();
  }

  #queueOf({ isBegun }: SeatRequest): Set<Waiter> {
    return isBegun ? this.#begun : this.#fresh;
  }

  /** Gives what is free to those who wait, in their order. */
  #serve(): void {
    for (const queue of [this.#begun, this.#fresh]) {
      for (const waiter of queue) {
        if (!this.#isAnyFree()) return;
        const seat = this.tryAcquire(waiter.request);
        if (seat !== undefined) waiter.give(seat);
      }
    }
  }

  #isAnyFree(): boolean {
    for (const link of this.#options.links()) {
      if (link.isUsable && link.load.hasRoom) return true;
    }
    return false;
  }
}

/** One sentence that waits. */
class Waiter {
  readonly request: SeatRequest;
  readonly seat: Promise<Seat>;
  readonly #options: SeatsOptions;
  readonly #onEnd: () => void;
  readonly #promise = Promise.withResolvers<Seat>();
  readonly #cancelBusyTimer: CancelTimer;
  #cancelOutageTimer: CancelTimer | undefined;

  constructor(request: SeatRequest, options: SeatsOptions, onEnd: () => void) {
    const { clock, busyTimeoutMs } = options;
    this.request = request;
    this.seat = this.#promise.promise;
    this.#options = options;
    this.#onEnd = onEnd;
    request.signal.addEventListener("abort", this.#onAbort, { once: true });
    this.#cancelBusyTimer = clock.after(busyTimeoutMs, () => {
      this.#fail(new MemberError("overloaded", `no backend had room for ${busyTimeoutMs} ms`));
    });
  }

  give(seat: Seat): void {
    this.#end();
    this.#promise.resolve(seat);
  }

  /**
   * Its patience is another one with nobody there, and no longer than the outage: who comes late in
   * one is told soon, and not after those before, one by one.
   */
  membersChanged(isAnyThere: boolean, outageSince: number | undefined): void {
    const { clock, unavailableTimeoutMs } = this.#options;
    if (isAnyThere) {
      this.#cancelOutageTimer?.();
      this.#cancelOutageTimer = undefined;
      return;
    }
    const outageMs = outageSince === undefined ? 0 : clock.now() - outageSince;
    const patienceMs = Math.max(0, unavailableTimeoutMs - outageMs);
    this.#cancelOutageTimer ??= clock.after(patienceMs, () => {
      this.#fail(
        new MemberError("unavailable", `no backend was up for ${unavailableTimeoutMs} ms`),
      );
    });
  }

  readonly #onAbort = () => this.#fail(this.request.signal.reason);

  #fail(reason: unknown): void {
    this.#end();
    this.#promise.reject(reason);
  }

  #end(): void {
    this.#cancelBusyTimer();
    this.#cancelOutageTimer?.();
    this.request.signal.removeEventListener("abort", this.#onAbort);
    this.#onEnd();
  }
}
