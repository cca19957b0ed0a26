/**
 * Whether a stop ends the sentence.
 *
 * @module
 */

import {
  CLASSES,
  COLON,
  FULL_STOP,
  gapEnd,
  isCloser,
  isDigit,
  isEastAsian,
  isEmoji,
  isLetter,
  isLower,
  isUpper,
  isWhite,
  PARAGRAPH,
} from "./characters.ts";
import { decideAfterCloser, decideInQuotes, goesOn, isStop } from "./followers.ts";
import { decidePeriod } from "./periods.ts";
import { goOn, type View, WAIT } from "./view.ts";
import { EXCLAIMED_NAMES, SENTENCE_STARTERS, TITLES } from "./words.ts";

const DOT = 0x2e;
const ELLIPSIS = 0x2026;

/** Decides on the run of stops that begins at `at`. */
export function decideStop(view: View, at: number): number {
  const { text, end, final } = view;
  let stops = at + 1;
  while (stops < end && isStop(text.charCodeAt(stops))) stops++;
  let after = stops;
  let closed = false;
  while (after < end) {
    const code = text.charCodeAt(after);
    if (isCloser(code) || isEmoji(code) || text.charAt(after) === view.nesting.closer) {
      closed = true;
    } else if (!closed || !isStop(code)) break;
    after++;
  }
  if (after >= end && !final) return WAIT;
  if (!hasContent(view, at)) return goOn(view, after);

  const dots = countDots(text, at, stops);
  const next = after < end ? text.charCodeAt(after) : -1;
  const full = CLASSES[text.charCodeAt(stops - 1)] === FULL_STOP;
  if (full) return decideFullStop(view, closed, next, after);
  if (next !== -1 && !isWhite(next)) return decideGlued(view, at, stops, after, dots, next);
  if (dots >= 3) return decideEllipsis(view, at, after);
  if (dots === 1) return decidePeriod(view, at, after, closed);
  if (closed) return decideAfterCloser(view, after);
  if (dots === 0 && stops === at + 1) {
    const named = decideExclaimedName(view, at, after);
    if (named !== undefined) return named;
  }
  return decideInQuotes(view, after);
}

function decideFullStop(view: View, closed: boolean, next: number, after: number): number {
  const { text, end, final, nesting } = view;
  if (!closed && "》〉".includes(nesting.closer) && nesting.depth > 0) return goOn(view, after);
  if (next === -1) return after;
  if (goesOn(next)) return goOn(view, after);
  // Between a quote's end and its verb: 「行こう。」と言った.
  if (closed && next === 0x3068) return goOn(view, after);
  if (closed && next === 0x3063) {
    if (after + 1 >= end) return final ? after : WAIT;
    if (text.charAt(after + 1) === "て") return goOn(view, after);
  }
  if (text.charAt(after - 1) === "．" && isDigit(next)) return goOn(view, after);
  return after;
}

/** No white space after the stop: a name, a number, an address, or a space that was forgotten. */
function decideGlued(
  view: View,
  at: number,
  stops: number,
  after: number,
  dots: number,
  next: number,
): number {
  const { text, start, end, final } = view;
  const previous = text.charCodeAt(at - 1);
  const mark = text.charCodeAt(stops - 1);
  if (mark === 0xff0e) return isDigit(next) ? goOn(view, after) : after;
  if (dots >= 2 || after > stops) return goOn(view, after);
  if (isEastAsian(next) && (dots === 0 || isEastAsian(previous))) return after;
  // Urdu and Arabic stops stand at a word's end only.
  if (mark === 0x061f || mark === 0x06d4) return isLetter(next) ? after : goOn(view, after);
  if (!isUpper(next)) return goOn(view, after);
  if (dots === 0) return isLower(previous) ? after : goOn(view, after);

  let from = at;
  while (from > start && (isLetter(text.charCodeAt(from - 1)))) from--;
  const word = at - from >= 2 && isLower(previous) &&
    (from === start || !/[@/\\:_.#~=]/.test(text.charAt(from - 1)));
  const number = from === at && isDigit(previous) && /\d[.,]\d+$/.test(text.slice(start, at));
  if (!word && !number) return goOn(view, after);
  const starts = SENTENCE_STARTERS.matches(text, after, end, final);
  const titled = TITLES.matches(text, after, end, final);
  if (starts === false && titled === false) return goOn(view, after);
  let to = after;
  while (to < end && isLetter(text.charCodeAt(to))) to++;
  if (to === end) return final ? goOn(view, after) : WAIT;
  if (titled === true && text.charCodeAt(to) === DOT) to++;
  if (to === end) return final ? goOn(view, after) : WAIT;
  return isWhite(text.charCodeAt(to)) || /[,'’]/.test(text.charAt(to)) ? after : goOn(view, after);
}

function decideEllipsis(view: View, at: number, after: number): number {
  const { text, end, final } = view;
  if (at > view.start && text.charAt(at - 1) === "[") return goOn(view, after);
  const next = gapEnd(text, after, end);
  if (next === PARAGRAPH) return after;
  if (next === end) return final ? after : WAIT;
  const code = text.charCodeAt(next);
  return isLower(code) || goesOn(code) || code === 0x28 ? goOn(view, after) : after;
}

/** "Yahoo! in": undefined where the word before the mark is no such name. */
function decideExclaimedName(view: View, at: number, after: number): number | undefined {
  const { text, start, end, final } = view;
  let from = at;
  while (from > start && isLetter(text.charCodeAt(from - 1))) from--;
  if (!EXCLAIMED_NAMES.has(text.slice(from, at))) return undefined;
  const next = gapEnd(text, after, end);
  if (next === PARAGRAPH) return after;
  if (next === end) return final ? after : WAIT;
  const starts = SENTENCE_STARTERS.matches(text, next, end, final);
  if (starts === undefined) return WAIT;
  return starts ? after : goOn(view, after);
}

/** Dots in the run, an ellipsis sign being three; 0 where it has another stop as well. */
function countDots(text: string, from: number, to: number): number {
  let dots = 0;
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    if (code === ELLIPSIS) dots += 3;
    else if (code === DOT) dots++;
    else return 0;
  }
  return dots;
}

/** The piece has said something before `to`; a row of signs is no sentence. */
function hasContent(view: View, to: number): boolean {
  for (let index = view.start; index < to; index++) {
    const code = view.text.charCodeAt(index);
    if (isLetter(code) || isDigit(code)) return true;
  }
  return false;
}

/** Greek asks with `;`, Armenian ends sentences with `:`; undefined in all other scripts. */
export function decideScriptStop(view: View, at: number): number | undefined {
  const { text, start, end, final } = view;
  const code = text.charCodeAt(at);
  if (CLASSES[code] !== COLON || at === start) return undefined;
  let before = at - 1;
  while (before > start && isStop(text.charCodeAt(before))) before--;
  const letter = text.charCodeAt(before);
  const greek = code !== 0x3a && ((letter >= 0x370 && letter <= 0x3ff) || (letter >> 8) === 0x1f);
  const armenian = code === 0x3a && letter >= 0x531 && letter <= 0x588;
  if (!greek && !armenian) return undefined;
  if (at + 1 >= end) return final ? at + 1 : WAIT;
  return isWhite(text.charCodeAt(at + 1)) ? at + 1 : undefined;
}
