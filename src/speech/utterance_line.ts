/**
 * The utterances of a session in the order in which they are spoken, and what is remembered of
 * those that are over.
 *
 * @module
 */

import type { Listener } from "./listener.ts";
import { endedProblem, Refusal, unknownProblem } from "./refusal.ts";
import type { Utterance } from "./utterance.ts";

/** Ids of ended utterances that are remembered, so that late messages get the right answer. */
const REMEMBERED_IDS = 1024;

/** Spoken utterances kept while the listener may still be hearing them. */
const MAX_RECENT = 16;

/**
 * How far a client's ear may be behind the model of it, in ms: network and sound device. Until then
 * a client may still say that it heard less of the last utterance than was sent.
 */
const CLIENT_DELAY_MS = 2_000;

/** Keeps who is next, who was just spoken, and which ids are used up. */
export class UtteranceLine {
  /** Utterances that have not ended, first to be spoken first. */
  readonly live: Utterance[] = [];
  /** False once the session takes no text but for what is open already. */
  takesNew = true;
  /** Utterances whose audio was all sent, while the listener may still be hearing it. */
  readonly #recent: Utterance[] = [];
  readonly #endedIds = new Set<string>();
  #unnamed: Utterance | undefined;
  readonly #listener: Listener;
  readonly #sampleRate: number;

  constructor(listener: Listener, sampleRate: number) {
    this.#listener = listener;
    this.#sampleRate = sampleRate;
  }

  /** The utterance of that id, if it has not ended. */
  find(id: string): Utterance | undefined {
    return this.live.find((utterance) => utterance.id === id);
  }

  /** Whether an utterance of that id was there and is over. */
  hasEnded(id: string): boolean {
    return this.#endedIds.has(id);
  }

  /** The open utterance that text without an id belongs to. */
  get unnamed(): Utterance | undefined {
    return this.#unnamed?.state === "open" ? this.#unnamed : undefined;
  }

  /** Puts a new utterance at the end; `unnamed` when its text came without an id. */
  add(utterance: Utterance, { unnamed }: { unnamed: boolean }): void {
    this.live.push(utterance);
    if (unnamed) this.#unnamed = utterance;
  }

  /** An id for an utterance that the client gave none: its number, unless that is taken. */
  freeId(number: number): string {
    let id = `u${number}`;
    while (this.#isKnown(id)) id += "_";
    return id;
  }

  /**
   * The open utterance of that id; without an id the unnamed one, else the only open one.
   * Throws a {@linkcode Refusal} when there is none.
   */
  demandOpen(id: string | undefined): Utterance {
    if (id === undefined) {
      const open = this.live.filter((utterance) => utterance.state === "open");
      const utterance = this.unnamed ?? (open.length === 1 ? open[0] : undefined);
      if (utterance === undefined) throw new Refusal(unknownProblem("no utterance is open"));
      return utterance;
    }
    this.demandKnown(id);
    const utterance = this.find(id);
    if (utterance?.state !== "open") throw new Refusal(endedProblem(id));
    return utterance;
  }

  /** Throws a {@linkcode Refusal} unless an utterance of that id is or was there. */
  demandKnown(id: string): void {
    if (!this.#isKnown(id)) {
      throw new Refusal({ ...unknownProblem(`there is no utterance ${id}`), utteranceId: id });
    }
  }

  /** Takes an utterance that has ended out of the line. */
  remove(utterance: Utterance, now: number): void {
    this.live.splice(this.live.indexOf(utterance), 1);
    this.#endedIds.add(utterance.id);
    if (this.#endedIds.size > REMEMBERED_IDS) {
      for (const oldest of this.#endedIds) {
        this.#endedIds.delete(oldest);
        break;
      }
    }
    this.#forgetHeard(now);
    if (utterance.outcome !== "interrupted" && utterance.sentSamples > 0) {
      this.#recent.push(utterance);
      if (this.#recent.length > MAX_RECENT) this.#recent.shift();
    }
  }

  /** Everything that is being said or may still be heard, in the order spoken. */
  audible(now: number): Utterance[] {
    this.#forgetHeard(now);
    return [...this.#recent, ...this.live];
  }

  /** The listener threw away the rest of these: `discardedMs` of sent audio will not be played. */
  discard(utterances: readonly Utterance[], discardedMs: number, now: number): void {
    for (const utterance of utterances) {
      utterance.discardAudio();
      const index = this.#recent.indexOf(utterance);
      if (index >= 0) this.#recent.splice(index, 1);
      else this.remove(utterance, now);
    }
    this.#listener.discarded(discardedMs, now);
  }

  /** How many samples of `utterance` the listener has played, by the model of the listener. */
  playedSamples(utterance: Utterance, now: number): number {
    let ahead = this.#listener.aheadMs(now) * this.#sampleRate / 1000;
    for (const list of [this.live, this.#recent]) {
      for (let index = list.length - 1; index >= 0; index--) {
        const other = list[index]!;
        if (other === utterance) return clamp(other.sentSamples - ahead, 0, other.sentSamples);
        ahead = Math.max(0, ahead - other.sentSamples);
      }
    }
    return utterance.sentSamples;
  }

  #isKnown(id: string): boolean {
    return this.find(id) !== undefined || this.hasEnded(id);
  }

  /** Drops the spoken utterances that must have been heard to their end, by the latest of ears. */
  #forgetHeard(now: number): void {
    const then = now - CLIENT_DELAY_MS;
    while (this.#recent.length > 0) {
      const first = this.#recent[0]!;
      if (this.playedSamples(first, then) < first.sentSamples) return;
      this.#recent.shift();
    }
  }
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, Math.round(value)));
}
