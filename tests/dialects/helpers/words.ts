/** Speech whose words can be told apart, for models of what a client must hear. */

import type { ScriptedStep } from "../../../src/backends/scripted.ts";
import type { SynthesisRequest } from "../../../src/speech/backend.ts";
import { timedWords } from "../../helpers/timed_words.ts";

/** What a word takes, in ms. */
export const WORD_MS = 500;

/** The word of that number: one that no other number has, and that is spoken as it is written. */
export function newWord(number: number): string {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  return `wo${letters[Math.floor(number / 26) % 26]}${letters[number % 26]}m`;
}

/** Words are timed; text that begins with `Fail` cannot be said. */
export function wordScript({ text }: SynthesisRequest): ScriptedStep[] {
  if (text.startsWith("Fail")) return [{ fail: "no such sound" }];
  const { words, audio } = timedWords(text, WORD_MS, /\w+/g);
  return [words, audio];
}
