/**
 * What is being said, and how far the listener is in it.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Outcome, SessionEvents } from "./api.ts";
import type { Emitter } from "./emitter.ts";
import type { Begun, Part } from "./part.ts";
import type { SpokenUtterance } from "./utterance.ts";

/** Options of {@linkcode Conversation}. */
export interface ConversationOptions {
  readonly clock: Clock;
  readonly emitter: Emitter<SessionEvents>;
  /** To be told to the server: the listener is there. Called every few hundred ms. */
  readonly onPosition: (utterance: SpokenUtterance, part: Part) => void;
  /** An utterance is over. */
  readonly onOver: (utterance: SpokenUtterance) => void;
}

/** How often the server is told where the listener is, in ms. */
const REPORT_MS = 250;

/** What a track is of. */
interface Track {
  readonly utterance: SpokenUtterance;
  readonly part: Part;
}

/** See the module. */
export class Conversation {
  /** Utterances that are not over, in the order in which they are spoken. */
  readonly utterances: SpokenUtterance[] = [];
  readonly #options: ConversationOptions;
  readonly #tracks = new Map<number, Track>();
  #trackCount = 0;
  #reportedAt = -Infinity;

  constructor(options: ConversationOptions) {
    this.#options = options;
  }

  /** Whether a connection is needed. */
  get hasUnsaid(): boolean {
    return this.utterances.some(({ isSaid }) => !isSaid);
  }

  add(utterance: SpokenUtterance): void {
    this.utterances.push(utterance);
  }

  /** Gives the rest of an utterance to a connection, with a track of its own. */
  open(utterance: SpokenUtterance): Part {
    const track = ++this.#trackCount;
    const part = utterance.open(track);
    this.#tracks.set(track, { utterance, part });
    return part;
  }

  /** The listener has heard so much of the track. */
  notePosition(track: number, playedMs: number): void {
    const { utterance, part } = this.#tracks.get(track) ?? {};
    if (utterance === undefined || part === undefined) return;
    part.playedMs = playedMs;
    this.tellBegun(utterance, part);
    const now = this.#options.clock.now();
    if (utterance.isOver || now - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = now;
    this.#options.onPosition(utterance, part);
  }

  /** All of the track was heard, and no more of it comes. */
  noteHeard(track: number): void {
    const { utterance, part } = this.#tracks.get(track) ?? {};
    if (utterance === undefined || part === undefined) return;
    part.isHeard = true;
    this.checkHeard(utterance);
  }

  /** Tells what has begun to be heard of a part. */
  tellBegun(utterance: SpokenUtterance, part: Part): void {
    if (utterance.isOver) return;
    for (const begun of part.takeBegun()) this.#tell(utterance, begun);
  }

  /** Ends an utterance that was said and heard to its end. */
  checkHeard(utterance: SpokenUtterance): void {
    if (utterance.isOver || !utterance.isSaid) return;
    if (!utterance.parts.every(({ isHeard }) => isHeard)) return;
    const { outcome } = utterance;
    this.stop([utterance]);
    this.settle(utterance, outcome, utterance.text.length);
  }

  /** Stops utterances, of which nothing is said or played after this. Each is to be settled. */
  stop(utterances: readonly SpokenUtterance[]): void {
    for (const utterance of utterances) {
      utterance.stop();
      this.utterances.splice(this.utterances.indexOf(utterance), 1);
    }
  }

  /** Tells how a stopped utterance ended. `end`: see {@linkcode SpokenUtterance.settle}. */
  settle(utterance: SpokenUtterance, outcome: Outcome, end?: number): void {
    for (const { track } of utterance.parts) this.#tracks.delete(track);
    this.#options.onOver(utterance);
    const heard = utterance.settle(outcome, end);
    this.#options.emitter.emit("ended", { ...heard, utterance });
  }

  #tell(utterance: SpokenUtterance, begun: Begun): void {
    const { emitter } = this.#options;
    const { index } = begun.sentence;
    if (begun.type === "sentence") {
      const { text, start, end } = begun.sentence;
      const event = { utterance, index, text, start, end };
      utterance.emit("sentence", event);
      return emitter.emit("sentence", event);
    }
    const { text, start, end, startMs, endMs } = begun.word;
    const event = { utterance, index, text, start, end, durationMs: endMs - startMs };
    utterance.emit("word", event);
    emitter.emit("word", event);
  }
}
