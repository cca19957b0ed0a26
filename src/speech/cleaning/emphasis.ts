/**
 * Emphasis: `**bold**`, `*italic*`, `__bold__`, `_italic_`, `~~struck~~`.
 *
 * Runs are judged by what stands around them rather than strictly in pairs, because a piece may
 * begin or end inside bold text: there a run has lost its partner and must go all the same.
 *
 * @module
 */

import { characterAfter, characterBefore, type CharacterKind, kindOf } from "./characters.ts";
import { type Edit, type MappedText, remove } from "./mapped_text.ts";
import type { CleaningState } from "./rule.ts";

const RUN = /\*+|_+|~{2,}/g;
const DIGIT = /^\p{N}/u;
/** Scripts written without spaces, where emphasis stands inside what looks like one word. */
const UNSPACED =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** A run of one delimiter and its surroundings. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly after: string;
  readonly kindBefore: CharacterKind;
  readonly kindAfter: CharacterKind;
}

/** What the runs so far have opened. */
interface Open {
  /** Single stars that may begin italics and have not met their partner. */
  readonly italic: Run[];
  bold: boolean;
}

/** Takes out delimiters; `snake_case`, `2 * 3`, `2**3`, `*.txt` and `price*` stay. */
export function stripEmphasis(mapped: MappedText, state: CleaningState): MappedText {
  const { text } = mapped;
  const edits: Edit[] = [];
  const open: Open = { italic: [], bold: false };
  const strip = (run: Run) => edits.push(remove(run.start, run.end));
  for (const { 0: delimiters, index } of text.matchAll(RUN)) {
    const run = runAt(text, index, index + delimiters.length);
    if (delimiters.startsWith("*")) starsToStrip(run, text.length, open, state).forEach(strip);
    else if (delimiters.startsWith("~") || isEmphasisUnderscore(run)) strip(run);
  }
  const cut = open.italic.filter((run) => run.kindAfter === "word");
  cut.filter((run) => lengthOf(run) === 1).forEach(strip);
  state.inItalic ||= cut.length > 0;
  return mapped.edit(edits);
}

function runAt(text: string, start: number, end: number): Run {
  const before = characterBefore(text, start);
  const after = characterAfter(text, end);
  return { start, end, before, after, kindBefore: kindOf(before), kindAfter: kindOf(after) };
}

/** Underscores inside a word belong to it; a lone `_` between spaces stays, a blank `____` goes. */
function isEmphasisUnderscore(run: Run): boolean {
  if (run.kindBefore === "word") return run.kindAfter !== "word";
  return run.kindAfter !== "space" || run.kindBefore !== "space" || lengthOf(run) > 1;
}

/** The runs of stars that `run` shows to be mark-up: itself, and the single one that it closes. */
function starsToStrip(run: Run, textLength: number, open: Open, state: CleaningState): Run[] {
  const length = lengthOf(run);
  if (run.kindBefore === "space" && run.kindAfter === "space") {
    return length > 1 && (run.start === 0 || run.end === textLength) ? [run] : [];
  }
  if (isOperator(run, open)) return [];
  if (length > 1) open.bold = !open.bold;
  const itself = length > 1 ? [run] : [];
  if (length % 2 === 0) return itself;
  const canClose = run.kindBefore === "word" ||
    (run.kindBefore === "punctuation" && run.kindAfter !== "word");
  const canOpen = run.kindAfter === "word" ||
    (run.kindAfter === "punctuation" && run.kindBefore !== "word");
  const partner = canClose ? open.italic.pop() : undefined;
  if (partner !== undefined) return [partner, run];
  if (canClose && state.inItalic) {
    state.inItalic = false;
    return [run];
  }
  if (canOpen) open.italic.push(run);
  return itself;
}

/** Stars between letters or digits that multiply: `2*3`, `a*b`, `x**2`, not `un**believ**able`. */
function isOperator(run: Run, open: Open): boolean {
  if (run.kindBefore !== "word" || run.kindAfter !== "word") return false;
  if (UNSPACED.test(run.before) || UNSPACED.test(run.after)) return false;
  if (lengthOf(run) === 1) return true;
  const isByNumber = DIGIT.test(run.before) || DIGIT.test(run.after);
  return lengthOf(run) === 2 && isByNumber && !open.bold;
}

function lengthOf(run: Run): number {
  return run.end - run.start;
}
