/**
 * Where in an utterance's text a listener is, from how much audio was played.
 *
 * @module
 */

import type { Sentence } from "./sentence.ts";

/**
 * Index in `source` after the last word that was heard whole, when `playedSamples` of the
 * utterance's audio were played. Without word timings the position within a sentence is taken in
 * proportion, back to the last word's end.
 */
export function heardEnd(
  source: string,
  sentences: readonly Sentence[],
  playedSamples: number,
  sampleRate: number,
): number {
  const heard = sentences.filter((sentence) => sentence.isStarted);
  if (playedSamples <= 0) return 0;
  let end = 0;
  for (const sentence of heard) {
    const intoSamples = playedSamples - sentence.offsetSamples;
    if (sentence.sentSamples > 0 && intoSamples <= 0) break;
    if (isWhole(sentence) && intoSamples >= sentence.sentSamples) {
      end = sentence.sourceEnd;
      continue;
    }
    const spokenEnd = endOfLastWord(sentence, intoSamples, sampleRate);
    return spokenEnd === 0 ? end : toSource(source, sentence, spokenEnd);
  }
  return end;
}

/** Whether all of the sentence's audio has been sent. */
function isWhole(sentence: Sentence): boolean {
  return sentence.isClosed && sentence.availableSamples === 0;
}

/** Index in the sentence's spoken text after the last word heard whole; 0 when there is none. */
function endOfLastWord(sentence: Sentence, intoSamples: number, sampleRate: number): number {
  const intoMs = intoSamples * 1000 / sampleRate;
  if (sentence.words.length === 0) return endByProportion(sentence, intoMs, sampleRate);
  let end = 0;
  for (const word of sentence.words) {
    if (word.endMs > intoMs) break;
    end = word.end;
  }
  return end;
}

function endByProportion(sentence: Sentence, intoMs: number, sampleRate: number): number {
  const totalMs = sentence.sentSamples * 1000 / sampleRate + sentence.estimateUnsentMs(1);
  const characters = Math.floor(sentence.text.length * Math.min(1, intoMs / totalMs));
  if (characters >= sentence.text.length) return sentence.text.length;
  return Math.max(0, sentence.text.lastIndexOf(" ", characters));
}

/** The source position for a position in the spoken text, past mark-up that clings to the word. */
function toSource(source: string, sentence: Sentence, spokenEnd: number): number {
  const { sourceMap, sourceStart, sourceEnd, text } = sentence;
  const limit = spokenEnd < text.length ? sourceStart + sourceMap[spokenEnd]! : sourceEnd;
  let end = sourceStart + sourceMap[spokenEnd - 1]! + 1;
  while (end < limit && source[end]!.trim() !== "") end++;
  return end;
}
