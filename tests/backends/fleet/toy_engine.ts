import type { WordTiming } from "../../../src/speech/backend.ts";

/** Of all audio here, in Hz: a sample is a millisecond. */
export const RATE = 1000;

/** Silence before the first word, in ms. */
export const LEAD_IN_MS = 20;

/** Silence between words, in ms. */
export const GAP_MS = 10;

/** What a text sounds like. */
export interface Spoken {
  readonly pcm: Int16Array<ArrayBuffer>;
  readonly words: readonly WordTiming[];
}

/**
 * An engine whose words sound the same wherever they stand, so that it can be told by the samples
 * which part of which word is where.
 *
 * @param stretch makes every word longer; 1 is plain.
 */
export function speak(text: string, stretch = 1): Spoken {
  const words: WordTiming[] = [];
  const samples: number[] = new Array(LEAD_IN_MS).fill(0);
  for (const match of text.matchAll(/\S+/g)) {
    const [word] = match;
    if (words.length > 0) samples.push(...new Array(GAP_MS).fill(0));
    const startMs = samples.length;
    const length = Math.round((40 + 10 * word.length) * stretch);
    for (let i = 0; i < length; i++) samples.push(sampleOf(word, i / stretch));
    const start = match.index;
    words.push({ start, end: start + word.length, startMs, endMs: samples.length });
  }
  return { pcm: Int16Array.from(samples), words };
}

/** A tone of the word's own, that never comes back to the same place. */
function sampleOf(word: string, position: number): number {
  let hash = 7;
  for (const character of word) hash = (hash * 31 + character.charCodeAt(0)) % 997;
  const turns = position * (0.02 + hash / 20_000);
  return Math.round(9_000 * Math.sin(2 * Math.PI * turns) + 3 * position + 100);
}
