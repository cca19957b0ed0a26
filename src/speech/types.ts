/**
 * The words of the core: what a client may ask (`Command`) and what it is told (`SessionEvent`).
 * Both are free of any wire format; dialects translate them. Times are milliseconds, text positions
 * are UTF-16 indices into the utterance's source text.
 *
 * @module
 */

import type { ErrorCode } from "../errors.ts";

/** How far ahead of real time audio is sent, in ms; `unpaced` sends it as soon as it is there. */
export type Lead = number | "unpaced";

/** What a client may change about how it is spoken to; holds from the next utterance on. */
export interface SpeechSettings {
  /** Voice id. */
  readonly voice: string;
  /** Speaking rate, 0.5 to 2. */
  readonly speed: number;
  readonly lead: Lead;
  /** Whether word timings are sent. */
  readonly words: boolean;
}

/** One request of a client, already checked for form. */
export type Command =
  | {
    readonly type: "text";
    readonly text: string;
    readonly utteranceId?: string;
    readonly final: boolean;
    /** The trace that the utterance is to be part of, if the text opens one; opaque here. */
    readonly traceparent?: string;
  }
  | { readonly type: "flush"; readonly utteranceId?: string }
  | { readonly type: "end"; readonly utteranceId?: string }
  | { readonly type: "barge_in"; readonly utteranceId?: string; readonly playedMs?: number }
  | { readonly type: "pause" }
  | { readonly type: "resume" }
  | { readonly type: "playback"; readonly utteranceId: string; readonly playedMs: number }
  | { readonly type: "configure"; readonly settings: Partial<SpeechSettings> }
  | { readonly type: "ping"; readonly id?: string | number }
  | { readonly type: "close" };

/** Text to be spoken. */
export type TextCommand = Extract<Command, { type: "text" }>;

/** Why a session ended by itself: all was said, the server goes away, or a fatal error's code. */
export type SessionEnd = "finished" | "drained" | ErrorCode;

/** How an utterance ended. */
export type Outcome = "completed" | "interrupted" | "failed";

/** What was wrong with a client's request, or what went wrong while serving it. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** The field at fault. */
  readonly field?: string;
  /** The limit that was passed, in the field's unit. */
  readonly limit?: number;
  readonly utteranceId?: string;
  /** When trying again makes sense, in ms from now. */
  readonly retryAfterMs?: number;
}

/** A word and when it is heard, in ms of audio from the start of the utterance. */
export interface SpokenWord {
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** What was heard of one utterance that a barge-in cut off. */
export interface HeardUtterance {
  readonly utteranceId: string;
  readonly playedMs: number;
  readonly heardText: string;
  readonly unheardText: string;
}

/** What a barge-in stopped, and what the listener had heard by then. */
export interface BargeInReport {
  /** The utterances stopped, in the order in which they were to be spoken. */
  readonly utterances: readonly HeardUtterance[];
  /** Position in the utterance being heard, in ms of its audio. */
  readonly playedMs: number;
  /** True when the position is the server's estimate, false when the client told it. */
  readonly estimated: boolean;
  /** Audio that had been sent and was not heard, in ms. */
  readonly discardedMs: number;
  /** From the message's arrival to this report, in ms. */
  readonly latencyMs: number;
}

/** One piece of news for a client. Order is meaning: see `docs/protocol.md`. */
export type SessionEvent =
  | { readonly type: "utterance_started"; readonly utteranceId: string; readonly number: number }
  | {
    /** A `flush` was taken: all text so far has become sentences. */
    readonly type: "flushed";
    readonly utteranceId: string;
    /** Index of the last sentence of that text that will be spoken; -1 where there is none. */
    readonly lastIndex: number;
  }
  | {
    readonly type: "sentence_started";
    readonly utteranceId: string;
    readonly index: number;
    readonly text: string;
    readonly sourceStart: number;
    readonly sourceEnd: number;
    readonly offsetMs: number;
  }
  | {
    readonly type: "audio";
    readonly utteranceNumber: number;
    readonly sentenceIndex: number;
    /** Position of the first sample, in ms of audio from the start of the utterance. */
    readonly offsetMs: number;
    /** PCM at the session's sample rate. */
    readonly pcm: Int16Array<ArrayBuffer>;
  }
  | {
    readonly type: "words";
    readonly utteranceId: string;
    readonly index: number;
    readonly words: readonly SpokenWord[];
  }
  | {
    readonly type: "sentence_ended";
    readonly utteranceId: string;
    readonly index: number;
    readonly durationMs: number;
    readonly status: "completed" | "failed";
    readonly error?: Problem;
  }
  | {
    readonly type: "utterance_ended";
    readonly utteranceId: string;
    readonly outcome: Outcome;
    readonly durationMs: number;
    readonly sentences: number;
    readonly failedSentences: number;
    readonly characters: number;
    readonly timeToFirstAudioMs: number | null;
  }
  | ({ readonly type: "barge_in" } & BargeInReport)
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  | { readonly type: "configured"; readonly settings: SpeechSettings }
  | { readonly type: "pong"; readonly id?: string | number }
  | { readonly type: "warning"; readonly code: string; readonly message: string }
  | { readonly type: "error"; readonly problem: Problem; readonly fatal: boolean }
  | { readonly type: "draining"; readonly deadlineMs: number };
