/**
 * How a sentence goes on at another member after some of its audio was given.
 *
 * @module
 */

import type { WordTiming } from "../../speech/backend.ts";
import type { JoinKind } from "./events.ts";

/** The word to go on with, in the text and in the audio that was given. */
export interface Anchor {
  /** Where its text begins. */
  readonly textStart: number;
  /** How much of the word was given, 0 to 1. */
  readonly part: number;
  /** Silence before the word that was not given yet, in ms. */
  readonly pauseMs: number;
}

/** What the next member is asked to say, and which of its audio is used. */
export type Continuation =
  /** Nothing was given yet. */
  | { readonly kind: "start"; readonly text: string }
  /** The whole text again; as much audio as was given is skipped. */
  | { readonly kind: Exclude<JoinKind, "word">; readonly text: string }
  /** The text from a word on; audio is skipped up to where that word is continued. */
  | { readonly kind: "word"; readonly text: string; readonly anchor: Anchor };

/**
 * Longest silence that is thought to lie between two words, in ms. If more was given behind the last
 * word with a timing, the timings lag behind the audio, and nobody knows what was given.
 */
const LONGEST_PAUSE_MS = 500;

/** What a position in a sentence's audio is judged by. */
export interface Place {
  /** The sentence's text. */
  readonly text: string;
  /** Audio given, in ms. */
  readonly givenMs: number;
  /** The last word whose start was given. */
  readonly current: WordTiming | undefined;
  /** The word after it, if its timing is known. */
  readonly next: WordTiming | undefined;
}

/** The word that is on, or comes next; undefined if the timings do not say. */
export function anchorAt({ text, givenMs, current, next }: Place): Anchor | undefined {
  if (current !== undefined && givenMs < current.endMs) {
    const part = (givenMs - current.startMs) / (current.endMs - current.startMs);
    return { textStart: current.start, part, pauseMs: 0 };
  }
  if (next !== undefined) {
    return { textStart: next.start, part: 0, pauseMs: next.startMs - givenMs };
  }
  if (current === undefined || givenMs - current.endMs > LONGEST_PAUSE_MS) return undefined;
  const rest = text.slice(current.end).trimStart();
  return { textStart: text.length - rest.length, part: 0, pauseMs: 0 };
}

/** Audio to skip of a synthesis that begins at the anchor's text, in ms, by its first word. */
export function skipMs(anchor: Anchor, first: WordTiming): number {
  if (anchor.part > 0) return first.startMs + anchor.part * (first.endMs - first.startMs);
  return Math.max(0, first.startMs - anchor.pauseMs);
}

/** Whether anything in the text can be heard. */
export function isSpeakable(text: string): boolean {
  return /[\p{L}\p{N}\p{S}]/u.test(text);
}
