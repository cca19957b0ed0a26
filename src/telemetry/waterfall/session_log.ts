/**
 * What is remembered of one session: its latest utterances and sentences, and when what happened.
 * Times are clock times in ms; one that has not come is NaN, so that writing it later allocates
 * nothing.
 *
 * @module
 */

import type {
  SentenceOutcome,
  SentenceRef,
  SessionClose,
  SpeechEvent,
} from "../../speech/events.ts";
import type { Outcome } from "../../speech/types.ts";

/** Sentences, and utterances, that are remembered of one session. */
const PER_SESSION = 200;

const NEVER = NaN;

/** A step of a sentence's way from the queue to its end. */
export type SentenceStep = Extract<
  SpeechEvent,
  {
    type:
      | "sentence_taken"
      | "synthesis_started"
      | "synthesis_first_chunk"
      | "synthesis_ended"
      | "sentence_ended";
  }
>;

/** One sentence. */
export class SentenceLog {
  readonly index: number;
  readonly characters: number;
  readonly queuedAt: number;
  takenAt = NEVER;
  worker: number | null = null;
  firstChunkAt = NEVER;
  synthesisedAt = NEVER;
  firstFrameAt = NEVER;
  lastFrameAt = NEVER;
  /** Audio sent, in ms; 0 until the sentence ends. */
  audioMs = 0;
  outcome: SentenceOutcome | null = null;

  constructor(index: number, characters: number, now: number) {
    this.index = index;
    this.characters = characters;
    this.queuedAt = now;
  }

  noteFirstFrame(now: number): void {
    this.firstFrameAt = earlier(this.firstFrameAt, now);
  }

  /** Of steps that should come once the first counts. */
  noteStep(step: SentenceStep, now: number): void {
    switch (step.type) {
      case "sentence_taken":
        this.takenAt = earlier(this.takenAt, now);
        return;
      case "synthesis_started":
        this.worker ??= step.worker;
        return;
      case "synthesis_first_chunk":
        this.firstChunkAt = earlier(this.firstChunkAt, now);
        return;
      case "synthesis_ended":
        this.synthesisedAt = earlier(this.synthesisedAt, now);
        return;
      case "sentence_ended":
        if (this.outcome !== null) return;
        this.outcome = step.outcome;
        this.audioMs = step.audioMs;
        this.lastFrameAt = step.lastSentAt ?? NEVER;
    }
  }
}

/** One utterance. */
export class UtteranceLog {
  readonly id: string;
  readonly startedAt: number;
  firstAudioAt = NEVER;
  endedAt = NEVER;
  outcome: Outcome | null = null;
  /** By index. */
  readonly sentences = new Map<number, SentenceLog>();

  constructor(id: string, now: number) {
    this.id = id;
    this.startedAt = now;
  }

  noteFirstAudio(now: number): void {
    this.firstAudioAt = earlier(this.firstAudioAt, now);
  }

  end(outcome: Outcome, now: number): void {
    this.outcome ??= outcome;
    this.endedAt = earlier(this.endedAt, now);
  }
}

/** One session. */
export class SessionLog {
  readonly id: string;
  readonly dialect: string;
  readonly startedAt: number;
  endedAt = NEVER;
  close: SessionClose | null = null;
  /** Sentences that were forgotten, to keep the number bounded. */
  droppedSentences = 0;
  /** By id, in the order in which they were opened. */
  readonly utterances = new Map<string, UtteranceLog>();
  #sentences = 0;

  constructor(id: string, dialect: string, now: number) {
    this.id = id;
    this.dialect = dialect;
    this.startedAt = now;
  }

  sentence({ utteranceId, index }: SentenceRef): SentenceLog | undefined {
    return this.utterances.get(utteranceId)?.sentences.get(index);
  }

  startUtterance(id: string, now: number): void {
    // An id may come again when the session has long forgotten who had it first.
    this.#dropUtterance(id);
    if (this.utterances.size >= PER_SESSION) this.#dropUtterance(this.#oldestUtterance!.id);
    this.utterances.set(id, new UtteranceLog(id, now));
  }

  queueSentence({ utteranceId, index }: SentenceRef, characters: number, now: number): void {
    const sentences = this.utterances.get(utteranceId)?.sentences;
    if (sentences === undefined || sentences.has(index)) return;
    if (this.#sentences >= PER_SESSION) this.#dropSentence();
    sentences.set(index, new SentenceLog(index, characters, now));
    this.#sentences++;
  }

  end(close: SessionClose, now: number): void {
    this.close = close;
    this.endedAt = now;
  }

  get #oldestUtterance(): UtteranceLog | undefined {
    return this.utterances.values().next().value;
  }

  /** Forgets the first sentence of the first utterance, and utterances before it that have none. */
  #dropSentence(): void {
    for (const utterance of this.utterances.values()) {
      const { sentences } = utterance;
      const [index] = sentences.keys();
      if (index !== undefined) {
        sentences.delete(index);
        this.#sentences--;
        this.droppedSentences++;
      }
      if (sentences.size === 0 && utterance.outcome !== null) this.utterances.delete(utterance.id);
      if (index !== undefined) return;
    }
  }

  #dropUtterance(id: string): void {
    const count = this.utterances.get(id)?.sentences.size ?? 0;
    this.utterances.delete(id);
    this.#sentences -= count;
    this.droppedSentences += count;
  }
}

function earlier(time: number, now: number): number {
  return Number.isNaN(time) ? now : time;
}
