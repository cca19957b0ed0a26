/**
 * The messages of the session protocol (`docs/protocol.md`) as a client sees them. Times are ms,
 * text positions UTF-16 units in the utterance's text.
 *
 * @module
 */

/** What a session is like, and what it may ask for. */
export interface SessionStarted {
  readonly type: "session_started";
  readonly session_id: string;
  readonly protocol: number;
  readonly voice: string;
  readonly speed: number;
  readonly encoding: string;
  /** Hz. */
  readonly sample_rate: number;
  readonly frame_ms: number;
  readonly lead_ms: number | "unpaced";
  readonly words: boolean;
  readonly limits: SessionLimits;
}

/** Those limits of a session that a client has to know. */
export interface SessionLimits {
  readonly max_text_characters: number;
  readonly max_utterance_characters: number;
  readonly max_pending_characters: number;
  readonly max_message_bytes: number;
  readonly idle_timeout_ms: number;
}

/** A sentence's audio begins. */
export interface SentenceStarted {
  readonly type: "sentence_started";
  readonly utterance_id: string;
  readonly index: number;
  /** As spoken; empty when there is nothing to speak in it. */
  readonly text: string;
  readonly source_start: number;
  readonly source_end: number;
  /** From the start of the utterance. */
  readonly offset_ms: number;
}

/** A sentence's audio is complete, or cut off by a failure. */
export interface SentenceEnded {
  readonly type: "sentence_ended";
  readonly utterance_id: string;
  readonly index: number;
  readonly duration_ms: number;
  readonly status: "completed" | "failed";
  readonly error?: { readonly code: string; readonly message: string };
}

/** The one end of an utterance. */
export interface UtteranceEnded {
  readonly type: "utterance_ended";
  readonly utterance_id: string;
  readonly outcome: "completed" | "interrupted" | "failed";
  readonly duration_ms: number;
  readonly sentences: number;
  readonly failed_sentences: number;
  readonly characters: number;
  readonly time_to_first_audio_ms: number | null;
}

/** What an interruption stopped. */
export interface BargeIn {
  readonly type: "barge_in";
  readonly utterance_ids: readonly string[];
  readonly played_ms: number;
  readonly estimated: boolean;
  readonly heard_text: string;
  readonly unheard_text: string;
  readonly discarded_ms: number;
  readonly latency_ms: number;
}

/** A request that had no effect, a sentence that failed, or (fatal) the end of the session. */
export interface ServerError {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly limit?: number;
  readonly utterance_id?: string;
  readonly retry_after_ms?: number;
  readonly fatal: boolean;
}

/** Timings of words, in ms from the start of the utterance. */
export interface Words {
  readonly type: "words";
  readonly utterance_id: string;
  readonly index: number;
  readonly words: readonly {
    readonly text: string;
    readonly start_ms: number;
    readonly end_ms: number;
  }[];
}

/** Every text message of the server. */
export type ServerMessage =
  | SessionStarted
  | SentenceStarted
  | SentenceEnded
  | UtteranceEnded
  | BargeIn
  | ServerError
  | Words
  | { readonly type: "utterance_started"; readonly utterance_id: string; readonly number: number }
  | { readonly type: "paused" | "resumed" | "configured" }
  | { readonly type: "pong"; readonly id?: string | number }
  | { readonly type: "warning"; readonly code: string; readonly message: string }
  | { readonly type: "draining"; readonly deadline_ms: number };

/** Every message of a client. */
export type ClientMessage =
  | {
    readonly type: "text";
    readonly text: string;
    readonly utterance_id?: string;
    readonly final?: boolean;
  }
  | { readonly type: "flush" | "end"; readonly utterance_id?: string }
  | { readonly type: "barge_in"; readonly utterance_id?: string; readonly played_ms?: number }
  | { readonly type: "playback"; readonly utterance_id: string; readonly played_ms: number }
  | { readonly type: "pause" | "resume" | "close" }
  | {
    readonly type: "configure";
    readonly voice?: string;
    readonly speed?: number;
    readonly lead_ms?: number | "unpaced";
    readonly words?: boolean;
  }
  | { readonly type: "ping"; readonly id?: string | number };
