import type { Script, ScriptedStep } from "../../src/backends/scripted.ts";

/** What a scripted synthesis of a text gives: timings of its words, and so much audio. */
export interface TimedWords {
  readonly words: Extract<ScriptedStep, { words: unknown }>;
  readonly audio: Extract<ScriptedStep, { audioMs: number }>;
}

/** Each word, which is what the pattern finds, takes so many ms. */
export function timedWords(text: string, wordMs: number, pattern = /\S+/g): TimedWords {
  const words = [...text.matchAll(pattern)].map((match, index) => ({
    start: match.index,
    end: match.index + match[0].length,
    startMs: index * wordMs,
    endMs: (index + 1) * wordMs,
  }));
  return { words: { words }, audio: { audioMs: words.length * wordMs } };
}

/** A script of which each word takes so many ms, and its timing is told after the audio. */
export function timedScript(wordMs: number): Script {
  return ({ text }) => {
    const { words, audio } = timedWords(text, wordMs);
    return [audio, words];
  };
}
