/**
 * Which parts of which utterances a connection was given.
 *
 * @module
 */

import type { Part } from "./part.ts";
import type { SpokenUtterance } from "./utterance.ts";

/** An utterance, and its part on the connection. */
export interface Said {
  readonly utterance: SpokenUtterance;
  readonly part: Part;
}

/** Finds them by what the server calls them. */
export class Roster {
  readonly #byId = new Map<string, Said>();
  readonly #byNumber = new Map<number, Said>();

  add(utterance: SpokenUtterance, part: Part): void {
    this.#byId.set(utterance.id, { utterance, part });
  }

  /** The server has opened an utterance; its audio carries that number. */
  noteOpened(id: string, number: number): void {
    const said = this.#byId.get(id);
    if (said === undefined) return;
    said.part.number = number;
    this.#byNumber.set(number, said);
  }

  byId(id: string): Said | undefined {
    return this.#byId.get(id);
  }

  byNumber(number: number): Said | undefined {
    return this.#byNumber.get(number);
  }

  /** Those that the server has opened, in order. */
  get opened(): Said[] {
    return [...this.#byNumber.values()];
  }

  /** The utterance is over: what still comes of it goes nowhere. */
  forget(utterance: SpokenUtterance): void {
    const said = this.#byId.get(utterance.id);
    if (said?.utterance !== utterance) return;
    this.#byId.delete(utterance.id);
    this.#byNumber.delete(said.part.number);
  }
}
