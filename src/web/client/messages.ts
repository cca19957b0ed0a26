/**
 * The messages of the session protocol (`docs/protocol.md`). Times are ms, text positions UTF-16
 * units in the text of the utterance as this connection knows it.
 *
 * @module
 */

/** What a session is like, and what it may ask for. */
export interface SessionStarted {
  readonly type: "session_started";
  readonly session_id: string;
  readonly voice: string;
  readonly speed: number;
  readonly encoding: string;
  /** Hz. */
  readonly sample_rate: number;
  readonly lead_ms: number | "unpaced";
  readonly limits: {
    readonly max_text_characters: number;
    readonly max_pending_characters: number;
    readonly max_message_bytes: number;
    readonly max_messages_per_second: number;
  };
}

/** An utterance was opened; its audio carries this number. */
export interface UtteranceStarted {
  readonly type: "utterance_started";
  readonly utterance_id: string;
  readonly number: number;
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
  readonly offset_ms: number;
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

/** A sentence's audio is complete, or cut off by a failure. */
export interface SentenceEnded {
  readonly type: "sentence_ended";
  readonly utterance_id: string;
  readonly index: number;
  readonly duration_ms: number;
  readonly status: "completed" | "failed";
}

/** The one end of an utterance. */
export interface UtteranceEnded {
  readonly type: "utterance_ended";
  readonly utterance_id: string;
  readonly outcome: "completed" | "interrupted" | "failed";
}

/** What an interruption stopped. */
export interface BargeIn {
  readonly type: "barge_in";
  readonly played_ms: number;
  readonly utterances: readonly {
    readonly utterance_id: string;
    readonly played_ms: number;
    readonly heard_text: string;
    readonly unheard_text: string;
  }[];
}

/** A request that had no effect, a sentence that failed, or (fatal) the end of the session. */
export interface ServerError {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
  readonly retry_after_ms?: number;
  readonly fatal: boolean;
}

/** Every text message of the server. */
export type ServerMessage =
  | SessionStarted
  | UtteranceStarted
  | SentenceStarted
  | Words
  | SentenceEnded
  | UtteranceEnded
  | BargeIn
  | ServerError
  | { readonly type: "paused" | "resumed" | "configured" }
  | { readonly type: "pong"; readonly id?: string | number }
  | { readonly type: "warning"; readonly code: string; readonly message: string }
  | { readonly type: "draining"; readonly deadline_ms: number };

/** Every message of this client. */
export type ClientMessage =
  | {
    readonly type: "text";
    readonly text: string;
    readonly utterance_id: string;
    readonly final: boolean;
  }
  | { readonly type: "end"; readonly utterance_id: string }
  | { readonly type: "barge_in"; readonly utterance_id?: string; readonly played_ms?: number }
  | { readonly type: "playback"; readonly utterance_id: string; readonly played_ms: number }
  | { readonly type: "pause" | "resume" }
  | { readonly type: "configure"; readonly voice: string; readonly speed: number }
  | { readonly type: "ping"; readonly id: number };
