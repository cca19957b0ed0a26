/**
 * List markers: "1." "1.)" "1)" "a." "a)", and the one that comes next.
 *
 * @module
 */

import { isDigit, isLetter, isWhite } from "./characters.ts";
import { goOn, type View, WAIT } from "./view.ts";

/** What begins a list item. */
export interface Marker {
  /** The number or the letter. */
  readonly label: string;
  /** What follows the label: `.`, `)` or `.)`. */
  readonly style: string;
}

/** The marker of the item after this one's, or undefined where counting ends. */
export function nextMarker(marker: Marker): Marker | undefined {
  const { label, style } = marker;
  if (/^\d{1,3}$/.test(label)) return { label: String(Number(label) + 1), style };
  if (!/^[a-yA-Y]$/.test(label)) return undefined;
  return { label: String.fromCharCode(label.charCodeAt(0) + 1), style };
}

/** Nothing but signs stand between the start of the sentence and `index`. */
export function beginsSentence(view: View, index: number): boolean {
  if (!view.sentenceStart) return false;
  for (let at = view.start; at < index; at++) {
    const code = view.text.charCodeAt(at);
    if (isLetter(code) || isDigit(code)) return false;
  }
  return true;
}

/**
 * Whether the label in `[from, to)` with `style` after it begins a list item: answers the cut
 * before it, CONTINUE where the sentence itself begins with it, or undefined for no marker.
 */
export function decideMarker(
  view: View,
  from: number,
  to: number,
  style: string,
): number | undefined {
  const label = view.text.slice(from, to);
  if (beginsSentence(view, from)) {
    view.list = nextMarker({ label, style });
    return goOn(view, to + style.length);
  }
  const expected = view.list;
  if (expected === undefined || expected.label !== label || expected.style !== style) {
    return undefined;
  }
  if (from === view.start || !isWhite(view.text.charCodeAt(from - 1))) return undefined;
  let end = from;
  while (end > view.start && isWhite(view.text.charCodeAt(end - 1))) end--;
  return end;
}

/** A `)` at `index`: does it end a list marker ("2) ")? */
export function decideParenthesis(view: View, index: number): number {
  const { text, start, end } = view;
  let from = index;
  while (from > start && index - from < 3) {
    const code = text.charCodeAt(from - 1);
    if (!isDigit(code) && !isLetter(code)) break;
    from--;
  }
  const bare = from === start || isWhite(text.charCodeAt(from - 1));
  if (from === index || !bare || !/^(?:\d{1,3}|[a-z])$/i.test(text.slice(from, index))) {
    return goOn(view, index + 1);
  }
  if (index + 1 >= end) return view.final ? goOn(view, index + 1) : WAIT;
  if (!isWhite(text.charCodeAt(index + 1))) return goOn(view, index + 1);
  return decideMarker(view, from, index, ")") ?? goOn(view, index + 1);
}

/** A bullet in the line ends the item before it where that one began with the same bullet. */
export function decideBullet(view: View, index: number): number {
  const { text, start } = view;
  if (index === start || text.charCodeAt(index) !== text.charCodeAt(start)) {
    return goOn(view, index + 1);
  }
  return isWhite(text.charCodeAt(index - 1)) ? index : goOn(view, index + 1);
}

const MARK =
  /^(?:#{1,6}[ \t#]|[|>]|`{3}|[-*+–—][ \t]|-{3}|\*{3}|_{3}|\d{1,3}[.)]|\(?[a-z]\)|[a-z]\.[ \t]|\([a-z0-9]{1,4}\))/;
const MARK_BEGINNING =
  /^(?:#{1,6}|`{1,2}|[-*+–—]|--|\*\*|_{1,2}|\d{1,3}|\([a-z0-9]{0,4}|[a-z]\.?)$/;
const LONGEST_MARK = 7;

/**
 * Whether a line that begins at `from` begins a block: heading, list item, quote, table, code.
 * Undefined where the text up to `end` does not tell yet.
 */
export function beginsBlock(
  text: string,
  from: number,
  end: number,
  final: boolean,
): boolean | undefined {
  const head = text.slice(from, Math.min(end, from + LONGEST_MARK));
  if (/^[•⁃‣◦▪●○■□✓✔→]/.test(head)) return true;
  if (MARK.test(head)) return true;
  // What is all of the line so far may become a mark with the next character.
  return !final && from + head.length === end && MARK_BEGINNING.test(head) ? undefined : false;
}
