/**
 * One sentence, spoken by as many members as it takes.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { AudioChunk, SynthesisRequest, Voice } from "../../speech/backend.ts";
import { Attempt } from "./attempt.ts";
import type { Continuation } from "./continuation.ts";
import { Delivery } from "./delivery.ts";
import type { OnFleetEvent } from "./events.ts";
import { firstToSpeak } from "./hedge.ts";
import type { Link } from "./link.ts";
import {
  type MemberCapabilities,
  MemberError,
  type SynthesisCall,
  toMemberError,
} from "./member.ts";
import type { RetryBudget } from "./retry_budget.ts";
import type { Seat, Seats } from "./seats.ts";
import type { FleetSettings } from "./settings.ts";
import { delay } from "../../lib/wait.ts";

/** What sentences of one fleet share. */
export interface FleetParts {
  readonly clock: Clock;
  readonly settings: FleetSettings;
  readonly seats: Seats;
  readonly budget: RetryBudget;
  readonly onEvent: OnFleetEvent;
}

/** One sentence to be spoken. */
export interface SentenceOptions {
  readonly request: SynthesisRequest;
  readonly voice: Voice;
  readonly metadata: SynthesisCall["metadata"];
  /** Aborts when the sentence is not wanted any more. */
  readonly signal: AbortSignal;
}

/** Pause before a member is asked again that has failed the sentence, in ms; doubles each time. */
const FIRST_RETRY_MS = 100;

/** Longest such pause, in ms. */
const MAX_RETRY_MS = 1_000;

/** An attempt that has begun, what it was asked for, and of whom. */
interface Started {
  readonly attempt: Attempt;
  readonly capabilities: MemberCapabilities;
  readonly continuation: Continuation;
}

/** See the module. */
export class Failover {
  readonly #parts: FleetParts;
  readonly #options: SentenceOptions;
  readonly #delivery: Delivery;
  /** Members that have failed this sentence. */
  readonly #failed = new Set<Link>();
  #failures = 0;
  #repeats = 0;
  /** When a member first was too busy for this sentence. */
  #refusedAt: number | undefined;
  /** What went wrong last, and where, until another member has it. */
  #trouble: { readonly error: MemberError; readonly link: Link } | undefined;
  /** Who speaks, for the marks in the audio. */
  #speaker = "";

  constructor(parts: FleetParts, options: SentenceOptions) {
    const { request, voice } = options;
    this.#parts = parts;
    this.#options = options;
    this.#delivery = new Delivery({
      text: request.text,
      sampleRate: voice.sampleRate,
      onJoin: (kind, atMs) => parts.onEvent({ type: "joined", kind, backend: this.#speaker, atMs }),
    });
  }

  /**
   * The sentence's audio, whole and once.
   *
   * @throws {MemberError} what the last member failed with, when no other may be tried.
   * @throws the signal's reason when it aborts.
   */
  async *run(): AsyncGenerator<AudioChunk, void, void> {
    this.#parts.budget.request();
    for (;;) {
      const attempt = await this.#begin();
      if (attempt === undefined) break;
      try {
        for (;;) {
          const chunk = await this.#next(attempt);
          if (chunk === undefined) break;
          const given = this.#delivery.accept(chunk);
          if (given !== undefined) yield given;
        }
        if (!attempt.hasFailed) break;
      } finally {
        // The reader may have stopped early.
        attempt.stop(new DOMException("the sentence is not read any more", "AbortError"));
      }
    }
    const rest = this.#delivery.end();
    if (rest !== undefined) yield rest;
  }

  /** The next chunk; undefined at the end and after a failure that can be made good. */
  async #next(attempt: Attempt): Promise<AudioChunk | undefined> {
    try {
      return await attempt.next();
    } catch (error) {
      this.#noteFailure(error, attempt.link);
      return undefined;
    }
  }

  /** An attempt whose first audio is there; undefined if nothing is left to say. */
  async #begin(): Promise<Attempt | undefined> {
    for (;;) {
      if (this.#delivery.isSpoken) return undefined;
      const seat = await this.#acquire();
      const first = this.#start(seat);
      if (first === undefined) return undefined;
      this.#noteFailover(first.attempt.link);
      try {
        return await this.#race(first);
      } catch (error) {
        if (this.#isRefusal(error)) this.#noteRefusal(error);
        else this.#noteFailure(error, first.attempt.link);
      }
    }
  }

  async #acquire(): Promise<Seat> {
    const { clock, seats } = this.#parts;
    const { request, signal } = this.#options;
    const need = { voice: request.voice, failed: this.#failed };
    if (this.#trouble !== undefined && seats.hasAny(need) && !seats.hasOther(need)) {
      await delay(clock, Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#repeats++), signal);
    }
    return await seats.acquire({ ...need, signal, isBegun: this.#delivery.hasBegun });
  }

  /** Begins an attempt; gives the seat back if there is nothing to say. */
  #start(seat: Seat): Started | undefined {
    const { clock, settings, onEvent } = this.#parts;
    const { request, voice, metadata, signal } = this.#options;
    const capabilities = seat.link.capabilities!;
    const continuation = this.#delivery.plan(capabilities);
    if (continuation === undefined) {
      seat.release();
      return undefined;
    }
    const attempt = new Attempt({
      clock,
      seat,
      request: { ...request, text: continuation.text },
      metadata,
      sampleRate: voice.sampleRate,
      firstChunkTimeoutMs: settings.firstChunkTimeoutMs,
      chunkTimeoutMs: settings.chunkTimeoutMs,
      signal,
      onEvent,
    });
    return { attempt, continuation, capabilities };
  }

  /** Waits for the first audio, of a second attempt if the first is slow. */
  async #race(first: Started): Promise<Attempt> {
    const { clock, settings, onEvent } = this.#parts;
    const started = [first];
    const winner = await firstToSpeak(first.attempt, {
      clock,
      hedgeAfterMs: settings.hedgeAfterMs,
      beginSecond: () => {
        const second = this.#startSecond(first.attempt.link);
        if (second !== undefined) started.push(second);
        return second?.attempt;
      },
      onEvent,
    }).finally(() => {
      for (const { attempt } of started) {
        if (attempt.hasFailed && !attempt.wasRefused) this.#failed.add(attempt.link);
      }
    });
    const { continuation, capabilities } = started.find(({ attempt }) => attempt === winner)!;
    this.#refusedAt = undefined;
    this.#speaker = winner.link.address;
    this.#delivery.begin(continuation, capabilities);
    return winner;
  }

  /** A second attempt beside one that is slow, if a member and the budget allow it. */
  #startSecond(slow: Link): Started | undefined {
    const { seats, budget, onEvent } = this.#parts;
    const failed = new Set(this.#failed).add(slow);
    const need = { voice: this.#options.request.voice, failed };
    if (!seats.hasOther(need)) return undefined;
    const seat = seats.tryAcquire(need);
    if (seat === undefined) return undefined;
    if (budget.take()) return this.#start(seat);
    onEvent({ type: "retry_denied", kind: "hedge" });
    seat.release();
    return undefined;
  }

  /** Throws what the sentence ends with, if it may not be tried again. */
  #noteFailure(reason: unknown, link: Link): void {
    const { settings, budget, seats, onEvent } = this.#parts;
    const { signal, request } = this.#options;
    if (signal.aborted) throw signal.reason;
    const error = toMemberError(reason);
    if (!error.isRetryable) throw error;
    this.#trouble = { error, link };
    this.#failed.add(link);
    const need = { voice: request.voice, failed: this.#failed };
    if (error.code === "not_found" && !seats.hasOther(need)) throw error;
    if (++this.#failures >= settings.maxAttempts) throw error;
    if (budget.take()) return;
    onEvent({ type: "retry_denied", kind: "failover" });
    throw error;
  }

  #isRefusal(error: unknown): error is MemberError {
    return error instanceof MemberError && error.code === "overloaded";
  }

  /**
   * A member was too busy and has begun nothing, so that nothing is tried again: the sentence waits
   * on, as long as any may. How often a busy member is asked is limited where its load is counted.
   */
  #noteRefusal(error: MemberError): void {
    const { clock, settings } = this.#parts;
    this.#refusedAt ??= clock.now();
    if (clock.now() - this.#refusedAt >= settings.busyTimeoutMs) throw error;
  }

  #noteFailover(to: Link): void {
    const trouble = this.#trouble;
    this.#trouble = undefined;
    if (trouble === undefined) return;
    this.#parts.onEvent({
      type: "failover",
      phase: this.#delivery.hasBegun ? "mid_sentence" : "before_first_chunk",
      from: trouble.link.address,
      to: to.address,
      code: trouble.error.code,
    });
  }
}
