/**
 * What happens in a fleet, for metrics and logs. `backend` is a member's address; durations are
 * milliseconds.
 *
 * @module
 */

import type { BreakerState } from "./breaker.ts";
import type { MemberErrorCode } from "./member.ts";

/** How one synthesis on one member ended. */
export type RequestCode = "ok" | "cancelled" | MemberErrorCode;

/** Whether the listener had been given audio of the sentence already. */
export type FailoverPhase = "before_first_chunk" | "mid_sentence";

/**
 * How a sentence went on elsewhere after audio of it was given:
 * - `exact`: with the very samples that would have come.
 * - `word`: the rest of the text was spoken from the word that was on.
 * - `time`: the sentence was spoken again and as much of it skipped as had been given.
 */
export type JoinKind = "exact" | "word" | "time";

/** Why a member takes no sentences; `unanswering`: it says that it serves, but does not answer. */
export type DownReason = "not_serving" | "unknown" | "unanswering" | "removed";

/** One thing that happened. */
export type FleetEvent =
  | {
    readonly type: "backend_up";
    readonly backend: string;
    readonly engine: string;
    /** Syntheses it takes at the same time. */
    readonly limit: number;
  }
  | { readonly type: "backend_down"; readonly backend: string; readonly reason: DownReason }
  | {
    /** A member's voice is not used: the fleet knows it at another sample rate. */
    readonly type: "voice_refused";
    readonly backend: string;
    readonly voice: string;
    readonly sampleRate: number;
  }
  | { readonly type: "breaker_changed"; readonly backend: string; readonly state: BreakerState }
  | {
    readonly type: "request_ended";
    readonly backend: string;
    readonly code: RequestCode;
    readonly durationMs: number;
    /** Absent when no audio came. */
    readonly firstChunkMs?: number;
    readonly audioMs: number;
    /** What went wrong. */
    readonly error?: string;
  }
  | {
    /** A sentence that failed on a member goes on, at another unless there is none. */
    readonly type: "failover";
    readonly phase: FailoverPhase;
    readonly from: string;
    readonly to: string;
    readonly code: MemberErrorCode;
  }
  | {
    /** The listener's audio passed from one synthesis to the next. */
    readonly type: "joined";
    readonly kind: JoinKind;
    readonly backend: string;
    /** Place in the sentence's audio. */
    readonly atMs: number;
  }
  | { readonly type: "hedge_started"; readonly backend: string }
  | {
    /** One of the two gave audio first, or both failed. */
    readonly type: "hedge_ended";
    /** Whether the second was first. */
    readonly won: boolean;
  }
  | {
    /** The retry budget is spent: what was asked for is not done. */
    readonly type: "retry_denied";
    readonly kind: "failover" | "hedge";
  };

/** Takes note of an event. Must be quick and must not throw. */
export type OnFleetEvent = (event: FleetEvent) => void;
