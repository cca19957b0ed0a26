/**
 * What has to be remembered of one context.
 *
 * @module
 */

import { bad } from "../fields.ts";
import type { SharedFields } from "./inputs.ts";
import { StepTimer } from "./step_timer.ts";

/** Flushes that wait for their audio to be sent. Cartesia tells no limit. */
const MAX_FLUSHES = 1_000;

/** Options of {@linkcode Context}. */
export interface ContextOptions {
  /** As its first message had them. */
  readonly shared: SharedFields;
  /** Clock time, in ms. */
  readonly now: () => number;
}

/** One context: its text is one utterance of a session of its own. */
export class Context {
  readonly shared: SharedFields;
  /** What the log knows it by. */
  sessionId: string | undefined;
  /** Whether there was text, and so an utterance. */
  hasText = false;
  /** Whether the client has said that no more text comes. */
  isFinished = false;
  /** Whether it was cancelled, or a newer context has interrupted it. */
  isStopped = false;
  /** Whether all its audio was sent. */
  isSpoken = false;
  /** Whether its client has been told an error, after which nothing more is told. */
  isOver = false;
  readonly steps: StepTimer;
  /** For each flush that waits the index of the sentence that it waits for. */
  readonly #flushes: number[] = [];
  #flushed = 0;
  #endedIndex = -1;

  constructor({ shared, now }: ContextOptions) {
    this.shared = shared;
    this.steps = new StepTimer(now);
  }

  /** The flush that what is sent now belongs to, from 1: one more than are done. */
  get flushId(): number {
    return this.#flushed + 1;
  }

  /** Whether it has come to the end that its client wanted. */
  get isComplete(): boolean {
    return this.isSpoken || this.isStopped || (this.isFinished && !this.hasText);
  }

  /** @throws {BadField} if no more flushes can wait. */
  checkFlushes(): void {
    if (this.#flushes.length < MAX_FLUSHES) return;
    throw bad("flush", `cannot be taken: ${MAX_FLUSHES} flushes wait for their audio already`);
  }

  /** Notes a flush of all text up to a sentence, -1 for none; gives the flushes that are done now. */
  flush(lastIndex: number): number[] {
    this.#flushes.push(lastIndex);
    return this.#doneFlushes();
  }

  /** All audio of a sentence was sent; gives the flushes that are done now. */
  endSentence(index: number): number[] {
    this.#endedIndex = index;
    return this.#doneFlushes();
  }

  #doneFlushes(): number[] {
    const ids: number[] = [];
    while (this.#flushes.length > 0 && this.#flushes[0]! <= this.#endedIndex) {
      this.#flushes.shift();
      ids.push(++this.#flushed);
    }
    return ids;
  }
}
