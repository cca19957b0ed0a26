/**
 * What is under way, so that an end is counted once, and only the end of what had begun.
 *
 * @module
 */

import type { SentenceRef } from "../../speech/events.ts";

interface OpenUtterance {
  hasAudio: boolean;
  /** By index, whether a worker took it. */
  readonly sentences: Map<number, boolean>;
}

interface OpenSession {
  readonly dialect: string;
  readonly utterances: Map<string, OpenUtterance>;
}

/** Sessions, their utterances and their sentences that have not ended. */
export class OpenSpeech {
  readonly #sessions = new Map<string, OpenSession>();

  /** Sessions, utterances and sentences that are remembered. */
  get size(): number {
    let size = 0;
    for (const { utterances } of this.#sessions.values()) {
      size++;
      for (const { sentences } of utterances.values()) size += 1 + sentences.size;
    }
    return size;
  }

  startSession(sessionId: string, dialect: string): void {
    if (this.#sessions.has(sessionId)) return;
    this.#sessions.set(sessionId, { dialect, utterances: new Map() });
  }

  /** The dialect of a session that ends with everything in it; undefined when it was not open. */
  endSession(sessionId: string): string | undefined {
    const dialect = this.#sessions.get(sessionId)?.dialect;
    this.#sessions.delete(sessionId);
    return dialect;
  }

  startUtterance(sessionId: string, utteranceId: string): void {
    const utterances = this.#sessions.get(sessionId)?.utterances;
    if (utterances === undefined || utterances.has(utteranceId)) return;
    utterances.set(utteranceId, { hasAudio: false, sentences: new Map() });
  }

  /** Whether it is the first audio of an open utterance. */
  noteFirstAudio(sessionId: string, utteranceId: string): boolean {
    const utterance = this.#utterance(sessionId, utteranceId);
    if (utterance === undefined || utterance.hasAudio) return false;
    utterance.hasAudio = true;
    return true;
  }

  /** Whether an open utterance has ended with this. */
  endUtterance(sessionId: string, utteranceId: string): boolean {
    return this.#sessions.get(sessionId)?.utterances.delete(utteranceId) ?? false;
  }

  queueSentence({ sessionId, utteranceId, index }: SentenceRef): void {
    const sentences = this.#utterance(sessionId, utteranceId)?.sentences;
    if (sentences?.has(index) === false) sentences.set(index, false);
  }

  /** Whether a sentence that had been waiting was taken with this. */
  takeSentence({ sessionId, utteranceId, index }: SentenceRef): boolean {
    const sentences = this.#utterance(sessionId, utteranceId)?.sentences;
    if (sentences?.get(index) !== false) return false;
    sentences.set(index, true);
    return true;
  }

  /** Whether an open sentence has ended with this. */
  endSentence({ sessionId, utteranceId, index }: SentenceRef): boolean {
    return this.#utterance(sessionId, utteranceId)?.sentences.delete(index) ?? false;
  }

  #utterance(sessionId: string, utteranceId: string): OpenUtterance | undefined {
    return this.#sessions.get(sessionId)?.utterances.get(utteranceId);
  }
}
