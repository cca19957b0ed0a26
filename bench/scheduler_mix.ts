/**
 * What listeners of a voice agent do: replies long and short, written by a language model at its own
 * pace, some of them interrupted. Drawn from a seed, so that every order of sentences gets the same.
 *
 * @module
 */

import { MS_PER_CHARACTER } from "../src/speech/sentence.ts";

/** A sentence of a reply, and what it costs; times in ms. */
export interface PlannedSentence {
  readonly characters: number;
  /** When the model has written it, from the reply's first text. */
  readonly writtenMs: number;
  readonly audioMs: number;
  /** Time of a worker until the first audio, and for all of it. */
  readonly firstChunkMs: number;
  readonly serviceMs: number;
}

/** One turn of a conversation. */
export interface Turn {
  /** Silence before the reply begins, ms. */
  readonly thinkMs: number;
  readonly sentences: readonly PlannedSentence[];
  /** Time from the first audio after which the listener interrupts, ms; Infinity for never. */
  readonly interruptedAfterMs: number;
}

/** Gives numbers in [0, 1). */
export type Random = () => number;

/** The same numbers for the same seed: mulberry32 (Tommy Ettinger, public domain). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Time of a worker for a sentence, whatever its length, ms. */
export const FIXED_MS = 50;

/** Time of a worker for a second of audio, s: that of a neural voice on one core. */
export const REAL_TIME_FACTOR = 0.1;

/** Part of that time after which the first audio is there. */
export const FIRST_SHARE = 0.4;

/** Replies by length: how many of them, and the sentences of one. */
const LENGTHS = [
  { share: 0.5, least: 1, most: 3 },
  { share: 0.35, least: 4, most: 8 },
  { share: 0.15, least: 12, most: 30 },
];

/** Part of the replies that are interrupted. */
const INTERRUPTED = 0.2;

/** Part of the replies in which the model pauses once, for a call to a tool. */
const PAUSED = 0.1;

/** Draws the next turn. */
export function drawTurn(random: Random): Turn {
  const between = (least: number, most: number) => least + random() * (most - least);
  const count = drawLength(random);
  const charactersPerMs = between(0.08, 0.3);
  const pausedAt = random() < PAUSED ? Math.floor(between(1, count)) : -1;
  const sentences: PlannedSentence[] = [];
  let writtenMs = 0;
  for (let index = 0; index < count; index++) {
    const characters = Math.round(index === 0 ? between(25, 60) : between(25, 150));
    writtenMs += characters / charactersPerMs + (index === pausedAt ? between(500, 2_000) : 0);
    const audioMs = characters * MS_PER_CHARACTER * between(0.85, 1.15);
    const serviceMs = serviceOf(audioMs) * between(0.8, 1.2);
    const firstChunkMs = serviceMs * FIRST_SHARE;
    sentences.push({ characters, writtenMs, audioMs, firstChunkMs, serviceMs });
  }
  const audioMs = sentences.reduce((sum, sentence) => sum + sentence.audioMs, 0);
  return {
    thinkMs: 500 - 3_500 * Math.log(1 - random()),
    sentences,
    interruptedAfterMs: random() < INTERRUPTED ? random() * audioMs : Infinity,
  };
}

/** Mean time of a worker for so much audio, ms. */
export function serviceOf(audioMs: number): number {
  return FIXED_MS + audioMs * REAL_TIME_FACTOR;
}

function drawLength(random: Random): number {
  let draw = random();
  for (const { share, least, most } of LENGTHS) {
    if (draw < share) return least + Math.floor(random() * (most - least + 1));
    draw -= share;
  }
  return 1;
}
