/**
 * A session's waterfall as it is told.
 *
 * @module
 */

import type { SentenceOutcome, SessionClose } from "../../speech/events.ts";
import type { Outcome } from "../../speech/types.ts";
import type { SentenceLog, SessionLog, UtteranceLog } from "./session_log.ts";

/** Times are ms since the session's start; null is what has not happened. */
export interface SentenceWaterfall {
  /** Place in the utterance, from 0. */
  readonly index: number;
  readonly characters: number;
  readonly queued_ms: number;
  readonly taken_ms: number | null;
  /** The worker that spoke it. */
  readonly worker: number | null;
  /** The synthesis gave its first audio. */
  readonly first_chunk_ms: number | null;
  /** The synthesis ended, in whatever way. */
  readonly synthesised_ms: number | null;
  /** The first audio left for the client. */
  readonly first_frame_ms: number | null;
  /** The last audio so far left for the client. */
  readonly last_frame_ms: number | null;
  /** Audio sent so far. */
  readonly audio_ms: number;
  readonly outcome: SentenceOutcome | null;
}

/** An utterance and its sentences, in order. */
export interface UtteranceWaterfall {
  readonly id: string;
  readonly started_ms: number;
  readonly first_audio_ms: number | null;
  readonly ended_ms: number | null;
  readonly outcome: Outcome | null;
  readonly sentences: readonly SentenceWaterfall[];
}

/** One session, its utterances in the order in which they were opened. */
export interface SessionWaterfall {
  readonly status: "ok";
  readonly session: string;
  readonly dialect: string;
  readonly ended_ms: number | null;
  readonly close: SessionClose | null;
  /** Sentences left out because there were too many: the oldest. */
  readonly dropped_sentences: number;
  readonly utterances: readonly UtteranceWaterfall[];
}

/** A clock time as ms since the session's start; null for NaN. */
type Since = (time: number) => number | null;

/** Puts a log into words. */
export function describeSession(session: SessionLog): SessionWaterfall {
  const since: Since = (time) => Number.isNaN(time) ? null : round(time - session.startedAt);
  return {
    status: "ok",
    session: session.id,
    dialect: session.dialect,
    ended_ms: since(session.endedAt),
    close: session.close,
    dropped_sentences: session.droppedSentences,
    utterances: [...session.utterances.values()].map((log) => describeUtterance(log, since)),
  };
}

function describeUtterance(utterance: UtteranceLog, since: Since): UtteranceWaterfall {
  return {
    id: utterance.id,
    started_ms: since(utterance.startedAt)!,
    first_audio_ms: since(utterance.firstAudioAt),
    ended_ms: since(utterance.endedAt),
    outcome: utterance.outcome,
    sentences: [...utterance.sentences.values()].map((log) => describeSentence(log, since)),
  };
}

function describeSentence(sentence: SentenceLog, since: Since): SentenceWaterfall {
  return {
    index: sentence.index,
    characters: sentence.characters,
    queued_ms: since(sentence.queuedAt)!,
    taken_ms: since(sentence.takenAt),
    worker: sentence.worker,
    first_chunk_ms: since(sentence.firstChunkAt),
    synthesised_ms: since(sentence.synthesisedAt),
    first_frame_ms: since(sentence.firstFrameAt),
    last_frame_ms: since(sentence.lastFrameAt),
    audio_ms: round(sentence.audioMs),
    outcome: sentence.outcome,
  };
}

/** To a microsecond. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
