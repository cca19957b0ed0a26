/**
 * Whether a line break ends the piece or only wraps the line.
 *
 * @module
 */

import {
  gapEnd,
  isCloser,
  isEastAsian,
  isHiragana,
  isLetter,
  isLower,
  isUpper,
  isWhite,
  PARAGRAPH,
} from "./characters.ts";
import { isStop } from "./followers.ts";
import { beginsBlock } from "./lists.ts";
import { goOn, type View, WAIT } from "./view.ts";

/** What a line begins with. */
export type LineKind = "heading" | "block" | "small" | "other";

/** What is known of the line that a newline ends. */
export interface Line {
  /** Characters without the white space around, sentences already released included. */
  readonly length: number;
  readonly kind: LineKind;
  /** The current piece is all of the line. */
  readonly whole: boolean;
}

/**
 * A shorter line was ended on purpose, a longer one may have been wrapped; characters. Prose
 * wrapped at 60 columns and more does not make shorter lines, and most headings are shorter.
 */
const SHORT_LINE = 40;

/** The kind of the line that begins at `from`, as far as `[from, end)` tells. */
export function lineKind(text: string, from: number, end: number): LineKind {
  if (/^(?:#{1,6}[ \t]|\||`{3})/.test(text.slice(from, Math.min(end, from + 7)))) return "heading";
  if (beginsBlock(text, from, end, true)) return "block";
  return isLower(text.charCodeAt(from)) ? "small" : "other";
}

/** Decides on the line break at `at`, which ends `line`. */
export function decideNewline(view: View, at: number, line: Line): number {
  const { text, start, end, final } = view;
  if (line.kind === "heading") return at;
  const next = gapEnd(text, at, end);
  if (next === PARAGRAPH) return at;
  if (next === end) return final ? at : WAIT;
  const block = beginsBlock(text, next, end, final);
  if (block === undefined) return WAIT;
  if (block) return at;

  let to = at;
  while (to > start && isWhite(text.charCodeAt(to - 1))) to--;
  const last = text.charCodeAt(to - 1);
  // A stop was weighed with what follows it when the scan came by.
  if (endsWithStop(text, start, to)) return goOn(view, next);
  if (!/[\p{L}\p{N}]/u.test(text.slice(Math.max(start, to - line.length), to))) return at;
  if (last === 0x3a || last === 0xff1a) return at;
  if (/[,;(\[{&/\-–—،、，；]/.test(text.charAt(to - 1))) return goOn(view, next);
  const code = firstLetter(text, next, end);
  if (code === undefined) return final ? at : WAIT;
  if (/[.,;:!?)\]}»”%]/.test(String.fromCharCode(code))) return goOn(view, next);
  const item = line.kind === "block" || view.list !== undefined;
  if (item && isUpper(code)) return at;
  if (line.length >= SHORT_LINE) return goOn(view, next);
  if (isEastAsian(code) && isHiragana(last)) return goOn(view, next);
  if (isLower(code)) return line.kind === "small" && line.whole ? at : goOn(view, next);
  return code === 0x28 && line.kind !== "other" ? goOn(view, next) : at;
}

function endsWithStop(text: string, start: number, end: number): boolean {
  let to = end;
  while (to > start && isCloser(text.charCodeAt(to - 1))) to--;
  return to > start && isStop(text.charCodeAt(to - 1));
}

/** The first code unit from `from` on that is no emphasis or quote; undefined where none is yet. */
function firstLetter(text: string, from: number, end: number): number | undefined {
  for (let index = from; index < end && index - from < 8; index++) {
    const code = text.charCodeAt(index);
    if (isLetter(code) || !/[*_"'“‘„«`]/.test(String.fromCharCode(code))) return code;
  }
  return end - from < 8 ? undefined : text.charCodeAt(from);
}
