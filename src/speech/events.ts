/**
 * The facts that leave the core. Metrics, logs and traces subscribe to them; the core names none
 * of those. All durations are milliseconds.
 *
 * @module
 */

import type { ErrorCode } from "../errors.ts";
import type { Outcome } from "./types.ts";

/** How a sentence ended. */
export type SentenceOutcome = "completed" | "failed" | "interrupted" | "unspeakable";

/** How one synthesis (one attempt at one sentence) ended. */
export type SynthesisOutcome = "completed" | "failed" | "cancelled";

/** One thing that happened. */
export type SpeechEvent =
  | { readonly type: "session_started"; readonly sessionId: string }
  | {
    readonly type: "session_ended";
    readonly sessionId: string;
    readonly durationMs: number;
    readonly commands: number;
    readonly bargeIns: number;
  }
  | {
    readonly type: "utterance_started";
    readonly sessionId: string;
    readonly utteranceId: string;
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
  | {
    readonly type: "sentence_queued";
    readonly sessionId: string;
    readonly utteranceId: string;
    readonly index: number;
    readonly characters: number;
  }
  | {
    readonly type: "sentence_taken";
    readonly sessionId: string;
    readonly utteranceId: string;
    readonly index: number;
    readonly waitMs: number;
    /** By how much the sentence was taken after its listener had run dry; 0 when in time. */
    readonly lateMs: number;
  }
  | {
    readonly type: "sentence_ended";
    readonly sessionId: string;
    readonly utteranceId: string;
    readonly index: number;
    readonly outcome: SentenceOutcome;
  }
  | { readonly type: "synthesis_started"; readonly worker: number }
  | { readonly type: "synthesis_first_chunk"; readonly worker: number; readonly afterMs: number }
  | {
    readonly type: "synthesis_ended";
    readonly worker: number;
    readonly outcome: SynthesisOutcome;
    readonly durationMs: number;
    readonly audioMs: number;
    readonly error?: string;
  }
  | { readonly type: "worker_restarted"; readonly worker: number; readonly error: string }
  | {
    readonly type: "audio_sent";
    readonly sessionId: string;
    readonly audioMs: number;
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
