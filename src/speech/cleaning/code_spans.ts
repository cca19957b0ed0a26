/**
 * Inline code and backslash escapes: the marks go, and what they cover is taken literally.
 *
 * @module
 */

import { characterAfter, characterBefore, kindOf } from "./characters.ts";
import { literal, literalRange } from "./literal.ts";
import { type Edit, type MappedText, remove } from "./mapped_text.ts";
import type { CleaningState } from "./rule.ts";

/** A backslash with the ASCII punctuation it escapes, or a run of back-ticks. */
const MARK = /\\[!-\/:-@[-`{-~]|`+/g;

/** Takes out backslashes that escape, and back-ticks, paired or (where a piece was cut) not. */
export function stripCodeSpans(mapped: MappedText, state: CleaningState): MappedText {
  const { text } = mapped;
  const marks = [...text.matchAll(MARK)];
  const closers = closersOf(marks);
  const edits: Edit[] = [];
  const first = closeEarlierSpan(text, marks, state, edits);
  for (let i = first; i < marks.length; i++) {
    const { 0: mark, index } = marks[i]!;
    const end = index + mark.length;
    if (mark.startsWith("\\")) {
      edits.push({ start: index, end, text: literal(mark.charAt(1)) });
      continue;
    }
    const closer = closers[i]!;
    if (closer < 0) {
      const isInWord = isApostrophe(text, index, end);
      edits.push({ start: index, end, text: isInWord ? "'" : "" });
      const isOpening = !isInWord && kindOf(characterAfter(text, end)) !== "space";
      if (isOpening) state.openBackticks = mark.length;
      continue;
    }
    const close = marks[closer]!;
    edits.push(
      remove(index, end),
      literalRange(text, end, close.index),
      remove(close.index, close.index + mark.length),
    );
    i = closer;
  }
  return mapped.edit(edits);
}

/**
 * Ends the code that an earlier piece opened, at the first run of as many back-ticks, if that run
 * looks like an end or is without a partner here. Returns the index of the first mark behind it.
 */
function closeEarlierSpan(
  text: string,
  marks: readonly RegExpExecArray[],
  state: CleaningState,
  edits: Edit[],
): number {
  const run = "`".repeat(state.openBackticks);
  const count = run === "" ? 0 : marks.filter((mark) => mark[0] === run).length;
  if (count === 0) return 0;
  state.openBackticks = 0;
  const closer = marks.findIndex((mark) => mark[0] === run);
  const { index } = marks[closer]!;
  const end = index + run.length;
  const isEnd = kindOf(characterBefore(text, index)) !== "space" &&
    kindOf(characterAfter(text, end)) !== "word";
  if (!isEnd && count % 2 === 0) return 0;
  edits.push(literalRange(text, 0, index), remove(index, end));
  return closer + 1;
}

/**
 * For each mark the index of the next mark that is a run of as many back-ticks, or -1. One walk
 * from the back, so that a text of nothing but back-ticks costs no more than another. A run whose
 * first back-tick is escaped counts without it.
 */
function closersOf(marks: readonly RegExpExecArray[]): Int32Array {
  const closers = new Int32Array(marks.length).fill(-1);
  const next = new Map<number, number>();
  for (let i = marks.length - 1; i >= 0; i--) {
    const mark = marks[i]![0];
    if (!mark.startsWith("`")) continue;
    closers[i] = next.get(mark.length) ?? -1;
    next.set(mark.length, i);
  }
  return closers;
}

/** A lone back-tick inside a word, as in "don`t". */
function isApostrophe(text: string, start: number, end: number): boolean {
  return end - start === 1 && kindOf(characterBefore(text, start)) === "word" &&
    kindOf(characterAfter(text, end)) === "word";
}
