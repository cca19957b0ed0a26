/**
 * Whether the sentence goes on after its stop, by what follows the stop.
 *
 * @module
 */

import {
  CLASSES,
  FULL_STOP,
  gapEnd,
  isCloser,
  isDash,
  isLower,
  isWhite,
  PARAGRAPH,
  STOP,
} from "./characters.ts";
import { goOn, type View, WAIT } from "./view.ts";

/** Ends here, unless an open quote's or bracket's closer follows after a space ("Oui. »"). */
export function decideInQuotes(view: View, after: number): number {
  const { text, end, final, nesting } = view;
  const closer = nesting.closer;
  if (closer === "" && !isDialogue(view)) return after;
  const next = gapEnd(text, after, end);
  if (next === PARAGRAPH) return after;
  if (next === end) return final ? after : WAIT;
  // What is said goes on after who said it: «Да? – спросила она. – Нет».
  if (isDash(text.charCodeAt(next))) return goOn(view, after);
  if (text.charAt(next) !== closer || closer === '"') return after;
  let closed = next + 1;
  while (closed < end && (isCloser(text.charCodeAt(closed)) || isStop(text.charCodeAt(closed)))) {
    closed++;
  }
  if (closed === end) return final ? closed : WAIT;
  return isWhite(text.charCodeAt(closed)) ? decideAfterCloser(view, closed) : goOn(view, closed);
}

/** Speech that a dash begins, as Spanish, French and Russian novels write it. */
export function isDialogue(view: View): boolean {
  const code = view.text.charCodeAt(view.start);
  return code >= 0x2012 && isDash(code);
}

/** A stop inside quotes or brackets: the next word's first letter tells whether all goes on. */
export function decideAfterCloser(view: View, after: number): number {
  const { text, end, final } = view;
  let next = gapEnd(text, after, end);
  if (next === PARAGRAPH) return after;
  while (next < end && (text.charAt(next) === "*" || text.charAt(next) === "_")) next++;
  if (next === end) return final ? after : WAIT;
  const code = text.charCodeAt(next);
  return isLower(code) || goesOn(code) ? goOn(view, after) : after;
}

/** A sign that carries the sentence on over a stop: `Why?" - she`, `«Да!», —`. */
export function goesOn(code: number): boolean {
  return isDash(code) || ",;:、，；：،.".includes(String.fromCharCode(code));
}

/** A stop of whatever script. */
export function isStop(code: number): boolean {
  const found = CLASSES[code];
  return found === STOP || found === FULL_STOP;
}
