/** What the scripted voice says. */

import type { Script, ScriptedStep } from "../../../src/backends/scripted.ts";

/** Ms of a character of text. */
export const MS_PER_CHARACTER = 20;

/** As long as the text, after the times of its words; a text that begins with "Fail" fails. */
export const spokenScript: Script = ({ text }) => {
  if (text.startsWith("Fail")) return [{ fail: "no such sound" }];
  const words = [...text.matchAll(/\S+/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    startMs: match.index * MS_PER_CHARACTER,
    endMs: (match.index + match[0].length) * MS_PER_CHARACTER,
  }));
  return [{ words }, { audioMs: text.length * MS_PER_CHARACTER, mark: text.length }];
};

/** Goes on for a quarter of a minute. */
export function* endlessScript(): Iterable<ScriptedStep> {
  yield { audioMs: 15_000 };
}
