/**
 * What a program sees of the library: sessions, utterances, and what they tell. Times are ms, text
 * positions UTF-16 units in the text of the utterance.
 *
 * @module
 */

import type { SyrinxError } from "./errors.ts";

/** Whether there is a connection. */
export type SessionState =
  /** Connected. */
  | "open"
  /** The connection was lost; another one is being tried. What is unheard will be said then. */
  | "reconnecting"
  /** The server let an idle session go. The next text opens another one. */
  | "idle"
  /** Over. */
  | "closed";

/** Whether audio can be heard. Where it cannot, the session waits: nothing is lost. */
export type AudioState =
  | "running"
  /** The browser wants a gesture first: call `unlock()` when the listener clicks. */
  | "blocked"
  /** There is no device to play on now, or something else has it. */
  | "lost"
  /** The audio context was closed. */
  | "closed";

/** How an utterance ended. */
export type Outcome = "completed" | "interrupted" | "failed";

/** What was heard of an utterance, in the end. */
export interface Heard {
  /** What was heard of its text; when interrupted, up to the last word that was heard whole. */
  readonly text: string;
  /** The rest. */
  readonly unheardText: string;
  /** Audio that was heard. */
  readonly playedMs: number;
  readonly outcome: Outcome;
}

/** A sentence, told when the listener begins to hear it. */
export interface SentenceEvent {
  readonly utterance: Utterance;
  /** Place in the utterance, from 0. A sentence that is repeated keeps it. */
  readonly index: number;
  /** As spoken. */
  readonly text: string;
  /** Range in the utterance's text. */
  readonly start: number;
  readonly end: number;
}

/** A word, told when the listener begins to hear it. */
export interface WordEvent {
  readonly utterance: Utterance;
  /** The sentence that it is in. */
  readonly index: number;
  /** As spoken. */
  readonly text: string;
  /** Range in the utterance's text. */
  readonly start: number;
  readonly end: number;
  /** How long it is spoken. */
  readonly durationMs: number;
}

/** What an utterance tells. */
export interface UtteranceEvents {
  readonly sentence: SentenceEvent;
  readonly word: WordEvent;
  readonly ended: Heard;
}

/** What a session tells. */
export interface SessionEvents {
  readonly state: SessionState;
  readonly audio: AudioState;
  readonly sentence: SentenceEvent;
  readonly word: WordEvent;
  readonly ended: Heard & { readonly utterance: Utterance };
  /** Something is not as it should be, and nothing is lost. */
  readonly warning: { readonly code: string; readonly message: string };
  /** Something went wrong; a `fatal` error closes the session. */
  readonly error: SyrinxError;
  /** A protocol message, as sent or received. */
  readonly message: { readonly direction: "in" | "out"; readonly message: object };
}

/** One reply being said. */
export interface Utterance {
  readonly id: string;
  /** All of its text so far. */
  readonly text: string;
  /** Audio that was heard so far. */
  readonly playedMs: number;
  /** Resolves when it is over, whatever happened; never rejects. */
  readonly heard: Promise<Heard>;
  /** Calls `listener` for every event of that type, until the returned function is called. */
  on<Type extends keyof UtteranceEvents>(
    type: Type,
    listener: (event: UtteranceEvents[Type]) => void,
  ): () => void;
}

/** A text, or what a model writes of one, piece by piece; pieces that are nothing are skipped. */
export type SayText = string | AsyncIterable<string | null | undefined>;

/** How an utterance is to be spoken. */
export interface SayOptions {
  /** 1 to 64 of `A-Z a-z 0-9 _ - .`; each only once. */
  readonly id?: string;
  /** The session's voice if absent. */
  readonly voice?: string;
  /** 0.5 to 2; the session's if absent. */
  readonly speed?: number;
}

/** What an interruption stopped. */
export interface BargeInReport {
  /** The utterances that it stopped, in order; what was heard is in their `heard`. */
  readonly utterances: readonly Utterance[];
  /** What was heard of them, and what was not. */
  readonly heardText: string;
  readonly unheardText: string;
  /** From the call to silence: the time that the page and its sound device took. */
  readonly latencyMs: number;
}

/** Audio as it arrives, which is up to the lead before it is heard. */
export interface AudioChunk {
  readonly utterance: Utterance;
  /** The sentence that it belongs to. */
  readonly index: number;
  /** 16-bit mono. */
  readonly pcm: Int16Array<ArrayBuffer>;
  /** Hz. */
  readonly sampleRate: number;
  /** To be called when `ms` of it were played, all if absent; counts with `playback: "told"`. */
  played(ms?: number): void;
}

/** Figures of what is being heard. */
export interface PlaybackStats {
  /** Audio that is there and was not heard yet. */
  readonly bufferedMs: number;
  /** Times that the audio ran out in the middle of a sentence. */
  readonly underruns: number;
}

/** What the server said when the session was opened. */
export interface SessionInfo {
  readonly sessionId: string;
  readonly voice: string;
  readonly speed: number;
  readonly encoding: string;
  /** Hz. */
  readonly sampleRate: number;
}

/** A listener being spoken to. */
export interface Session {
  readonly state: SessionState;
  readonly audioState: AudioState;
  readonly isPaused: boolean;
  /** Of the last connection. */
  readonly info: SessionInfo;
  readonly stats: PlaybackStats;
  /**
   * Says a text, or a text as it comes, after everything said before.
   *
   * @throws {SyrinxError} when the session is closed.
   */
  say(text: SayText, options?: SayOptions): Utterance;
  /**
   * The listener interrupts: that utterance, or all, are silent at once. Resolves when it is known
   * what was heard. An interruption also ends a pause.
   */
  bargeIn(utterance?: Utterance): Promise<BargeInReport>;
  /** Silence at once; nothing is lost. */
  pause(): void;
  /** Goes on where it stopped. */
  resume(): void;
  /**
   * Lets audio be heard where `audioState` is `blocked`; to be called in a click's handler. Resolves
   * when the browser lets it.
   */
  unlock(): Promise<void>;
  /** Ends everything now; what was being said is interrupted. Idempotent. */
  close(): Promise<void>;
  /** Calls `listener` for every event of that type, until the returned function is called. */
  on<Type extends keyof SessionEvents>(
    type: Type,
    listener: (event: SessionEvents[Type]) => void,
  ): () => void;
}
