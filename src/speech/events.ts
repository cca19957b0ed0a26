/**
 * The facts that leave the core. Metrics, logs and traces subscribe to them; the core names none
 * of those. All durations are milliseconds.
 *
 * @module
 */

import type { ErrorCode } from "../errors.ts";
import type { Command, Outcome, SessionEnd, SessionEvent } from "./types.ts";

/** How a sentence ended. */
export type SentenceOutcome = "completed" | "failed" | "interrupted" | "unspeakable";

/** How one synthesis (one attempt at one sentence) ended. */
export type SynthesisOutcome = "completed" | "failed" | "cancelled";

/** Which sentence something happened to. */
export interface SentenceRef {
  readonly sessionId: string;
  readonly utteranceId: string;
  /** Place in the utterance, from 0. */
  readonly index: number;
}

/** Which synthesis something happened to: a worker drives one at a time. */
export interface SynthesisRef extends SentenceRef {
  readonly worker: number;
}

/**
 * Why a session ended: see `SessionEnd`; or the client `closed` the connection, or it is `gone`: it
 * broke off, or nobody answered any more.
 */
export type SessionClose = SessionEnd | "closed" | "gone";

/** One thing that happened. */
export type SpeechEvent =
  | {
    readonly type: "session_started";
    readonly sessionId: string;
    /** The wire protocol spoken, e.g. `native`. */
    readonly dialect: string;
    /** The trace that the client wants it to be part of, as the client gave it. */
    readonly traceparent?: string;
  }
  | {
    /** A connection was not taken. */
    readonly type: "session_refused";
    readonly reason:
      | "unauthorized"
      | "slow"
      | "origin"
      | "bad_request"
      | "full"
      | "workers"
      | "event_loop"
      | "send_buffers"
      | "memory"
      | "key_limit"
      | "address_limit"
      | "connections"
      | "handshake"
      | "draining";
  }
  /** A key was shown, by whatever kind of request, and opens nothing. */
  | { readonly type: "wrong_key" }
  | {
    readonly type: "message_received";
    readonly sessionId: string;
    /** The command's type, or the code of the problem that it was refused with. */
    readonly message: Command["type"] | ErrorCode;
    /** The text of a `text` command. Spoken text: not to be written down unasked. */
    readonly text?: string;
  }
  | {
    readonly type: "message_sent";
    readonly sessionId: string;
    readonly message: SessionEvent["type"] | "session_started";
  }
  | {
    readonly type: "session_ended";
    readonly sessionId: string;
    readonly close: SessionClose;
    readonly durationMs: number;
    readonly commands: number;
    readonly bargeIns: number;
  }
  | {
    readonly type: "utterance_started";
    readonly sessionId: string;
    readonly utteranceId: string;
    /** The trace that the client wants it to be part of, if it is not the session's. */
    readonly traceparent?: string;
  }
  | {
    readonly type: "utterance_ended";
    readonly sessionId: string;
    readonly utteranceId: string;
    readonly outcome: Outcome;
    readonly characters: number;
    readonly audioMs: number;
  }
  | {
    readonly type: "first_audio";
    readonly sessionId: string;
    readonly utteranceId: string;
    /** First text of the utterance received -> its first frame sent. */
    readonly afterMs: number;
  }
  | SentenceRef & {
    readonly type: "sentence_queued";
    readonly characters: number;
  }
  | SentenceRef & {
    readonly type: "sentence_taken";
    /** Whose it is. */
    readonly tenantId: string;
    readonly waitMs: number;
    /** By how much the sentence was taken after its listener had run dry; 0 when in time. */
    readonly lateMs: number;
    /** Its audio, where that was at hand and no worker had to take it. */
    readonly recalledMs?: number;
  }
  | SentenceRef & {
    readonly type: "sentence_ended";
    readonly outcome: SentenceOutcome;
    /** Audio of it that was sent. */
    readonly audioMs: number;
    /** When the last of that was sent, as a clock time; absent where there was none. */
    readonly lastSentAt?: number | undefined;
  }
  | SynthesisRef & { readonly type: "synthesis_started" }
  | SynthesisRef & {
    readonly type: "synthesis_first_chunk";
    readonly afterMs: number;
  }
  | SynthesisRef & {
    readonly type: "synthesis_ended";
    readonly outcome: SynthesisOutcome;
    readonly durationMs: number;
    readonly audioMs: number;
    readonly error?: string;
    /** What could not be spoken, if it failed. Spoken text: not to be written down unasked. */
    readonly text?: string;
  }
  | { readonly type: "workers_changed"; readonly workers: number }
  | { readonly type: "worker_restarted"; readonly worker: number; readonly error: string }
  | SentenceRef & {
    readonly type: "audio_sent";
    readonly audioMs: number;
    /** By how much it left after the moment it was meant to leave, by the pace. */
    readonly lateMs: number;
    /** True for the first audio of its sentence. */
    readonly isFirst: boolean;
    /** True for the last audio of its sentence. */
    readonly isLast: boolean;
  }
  | {
    readonly type: "underrun";
    readonly sessionId: string;
    readonly utteranceId: string;
    /** How long the listener was without audio. */
    readonly gapMs: number;
    /** `text`: the client had sent none in time; `server`: the text was there, the audio was not. */
    readonly cause: "text" | "server";
  }
  | {
    readonly type: "barge_in";
    readonly sessionId: string;
    readonly latencyMs: number;
    readonly discardedMs: number;
    readonly utterances: number;
  }
  | { readonly type: "refused"; readonly sessionId: string; readonly code: ErrorCode };

/** Takes note of an event. Must be quick and must not throw. */
export type Record = (event: SpeechEvent) => void;
