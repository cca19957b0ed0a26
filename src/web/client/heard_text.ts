/**
 * What was heard, by how much audio was played: for when there is no server to ask.
 *
 * @module
 */

import type { Part, Sentence } from "./part.ts";

/** How much of a sentence's audio may be missing where it counts as heard to its end, in ms. */
const TOLERANCE_MS = 1;

/** Position in the utterance's text after the last word that was heard whole. */
export function heardEnd(parts: readonly Part[], text: string): number {
  let end = 0;
  for (const part of parts) {
    for (const sentence of part.sentences) {
      end = Math.max(end, heardEndOf(sentence, part.playedMs, text));
    }
  }
  return end;
}

/** The text before `end` and the text after it, but for sentences that could not be spoken. */
export function splitText(
  parts: readonly Part[],
  text: string,
  end: number,
): { readonly text: string; readonly unheardText: string } {
  let heard = "";
  let unheard = "";
  let at = 0;
  for (const { sentences } of parts) {
    for (const sentence of sentences) {
      if (!sentence.isFailed || sentence.start < at || sentence.end > end) continue;
      heard += text.slice(at, sentence.start);
      unheard += text.slice(sentence.start, sentence.end);
      at = sentence.end;
    }
  }
  return { text: heard + text.slice(at, end), unheardText: unheard + text.slice(end) };
}

function heardEndOf(sentence: Sentence, playedMs: number, text: string): number {
  const { offsetMs, endMs, words } = sentence;
  if (playedMs === 0) return 0;
  if (endMs !== undefined && playedMs >= endMs - TOLERANCE_MS) return sentence.end;
  if (playedMs <= offsetMs) return 0;
  const lastWord = words.findLast((word) => word.endMs <= playedMs);
  if (words.length > 0 || endMs === undefined) return lastWord?.end ?? 0;
  const share = (playedMs - offsetMs) / (endMs - offsetMs);
  const spoken = text.slice(sentence.start, sentence.end);
  const end = spoken.lastIndexOf(" ", Math.floor(spoken.length * share));
  return end <= 0 ? 0 : sentence.start + end;
}
