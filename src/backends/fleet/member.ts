/**
 * The port to one member of a fleet: a remote backend at one address, whatever the wire.
 *
 * @module
 */

import type { AudioChunk, SynthesisRequest, Voice } from "../../speech/backend.ts";

/** What a member says of itself, or its silence: `unknown` until it answers, and when it is gone. */
export type MemberHealth = "serving" | "not_serving" | "unknown";

/** What a member can do. */
export interface MemberCapabilities {
  /**
   * What speaks, with its version if it has one, e.g. `flite 2.2`. Two members that name the same
   * engine are taken to sound alike.
   */
  readonly engine: string;
  /** The voices on offer, the member's default first. */
  readonly voices: readonly Voice[];
  /** Syntheses it takes at the same time; at least 1. */
  readonly maxConcurrent: number;
  /** Whether its chunks carry word timings. */
  readonly wordTimings: boolean;
  /** Whether every member with this engine gives the very same samples for the same request. */
  readonly deterministic: boolean;
}

/** What goes with one synthesis. */
export interface SynthesisCall {
  /** Aborts when the synthesis is not wanted any more. */
  readonly signal: AbortSignal;
  /** Names and values for the wire, e.g. `traceparent` and `x-request-id`; lower-case names. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * What a fleet asks of one address. The fleet has the deadlines, retries and limits: a member does
 * one thing when it is told to, and says truly how it ended.
 */
export interface Member {
  /** Names the member in metrics and messages: `host:port` or a URL without secrets. */
  readonly address: string;
  /**
   * Connects, and keeps connecting until {@linkcode close}. `onHealth` is called with every change
   * of the member's health, from `unknown` on; a wire that cannot push it asks from time to time.
   * Is called once; must not throw.
   */
  connect(onHealth: (health: MemberHealth) => void): void;
  /** Ends the connection and everything on it; `onHealth` is not called after that. */
  close(): void | Promise<void>;
  /**
   * Asks the member what it can do. Asked again whenever it may have become another one.
   *
   * @throws {MemberError} or the signal's reason.
   */
  capabilities(signal: AbortSignal): Promise<MemberCapabilities>;
  /**
   * Resolves if the member works, as far as can be told without a listener's sentence.
   *
   * @throws {MemberError} or the signal's reason.
   */
  probe(signal: AbortSignal): Promise<void>;
  /**
   * Speaks one sentence, chunk by chunk, from when the stream is first read. The stream ends only
   * when the sentence is whole: where the wire breaks off without saying so, it throws. On an abort
   * the member is told at once, and the stream throws the signal's reason.
   *
   * @throws {MemberError} saying how it failed.
   */
  synthesize(request: SynthesisRequest, call: SynthesisCall): AsyncIterable<AudioChunk>;
}

/**
 * How a member failed:
 * - `unavailable`: it is not there, goes away or broke off.
 * - `overloaded`: it does as much as it can; nothing was begun.
 * - `timeout`: it gave nothing for too long.
 * - `internal`: its engine failed, or it answered what makes no sense.
 * - `not_found`: it has no such voice.
 * - `invalid`: the request is wrong; every member would say so.
 */
export type MemberErrorCode =
  | "unavailable"
  | "overloaded"
  | "timeout"
  | "internal"
  | "not_found"
  | "invalid";

/** Options of {@linkcode MemberError}. */
export interface MemberErrorOptions extends ErrorOptions {
  /** When an overloaded member wants to be asked again, in ms from now. */
  readonly retryAfterMs?: number;
}

/** A synthesis or another call of a member failed. */
export class MemberError extends Error {
  override readonly name = "MemberError";
  readonly code: MemberErrorCode;
  readonly retryAfterMs: number | undefined;

  constructor(code: MemberErrorCode, message: string, options: MemberErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** Whether another member may do better. */
  get isRetryable(): boolean {
    return this.code !== "invalid";
  }

  /** Whether it speaks against the member, rather than against the request or the load. */
  get isFault(): boolean {
    return this.code === "unavailable" || this.code === "timeout" || this.code === "internal";
  }
}

/** The error itself, or what was thrown instead of one as `internal`. */
export function toMemberError(error: unknown): MemberError {
  if (error instanceof MemberError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new MemberError("internal", message, { cause: error });
}
