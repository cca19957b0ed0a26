/**
 * Cuts inside a sentence: the early first one, those of a long sentence, those of a stalled text.
 *
 * @module
 */

import { CLASSES, CLAUSE, COLON, isCloser, isDigit, isWhite } from "./characters.ts";
import { isStop } from "./followers.ts";
import { goOn, type View, WAIT } from "./view.ts";

/** An East Asian character takes about as long to say as this many letters. */
const EAST_ASIAN_WEIGHT = 3;

/** May the piece, the utterance's first, end at the clause mark at `at`? */
export function decideClause(view: View, at: number, minCharacters: number): number {
  const { text, start, end, final, nesting } = view;
  const after = at + 1;
  const mark = text.charCodeAt(at);
  const wide = mark >= 0x3000;
  const said = (after - start) * (wide ? EAST_ASIAN_WEIGHT : 1);
  if (said < minCharacters || nesting.depth > 0) return goOn(view, after);
  if (after >= end) return final ? goOn(view, after) : WAIT;
  const next = text.charCodeAt(after);
  if (isWhite(next)) {
    // A spaced en dash takes breath, one after a number or a word ("1914– ") stands for its rest.
    const spaced = at > start && isWhite(text.charCodeAt(at - 1));
    return mark === 0x2013 && !spaced ? goOn(view, after) : after;
  }
  if (isCloser(next) || isStop(next) || isDigit(next)) return goOn(view, after);
  const glued = wide || mark === 0x2014;
  return glued && CLASSES[next] === 0 ? after : goOn(view, after);
}

const CONJUNCTION = new RegExp(
  "^\\s(?:and|or|but|because|which|that|who|when|where|while|if|so|than|" +
    "und|oder|aber|weil|dass|wenn|et|ou|mais|que|qui|y|o|pero|porque|e|ma|che|en|maar|of|dat)\\s",
);

/** What cutting at a place is worth, before its position counts. */
const HARD = 0;
const SPACE = 1;
const WORD = 1.6;
const COMMA = 2.4;
const STRONG = 3;

/**
 * Where to cut a sentence that is longer than `[start, limit)`: at the index that this gives.
 * What lies beyond the limit must not matter, for it may not have come yet.
 */
export function cutLong(text: string, start: number, limit: number): number {
  const length = limit - start;
  let best = -1;
  let bestWorth = -Infinity;
  let depth = 0;
  let code = text.charCodeAt(start);
  for (let index = start + 1; index <= limit; index++) {
    const before = code;
    code = text.charCodeAt(index);
    // Most places are inside a word.
    const letter = (before | 0x20) >= 0x61 && (before | 0x20) <= 0x7a;
    if (letter && (index === limit || !isWhite(code))) continue;
    if (before === 0x28 || before === 0x5b) depth++;
    else if ((before === 0x29 || before === 0x5d) && depth > 0) depth--;
    const worth = worthOf(text, start, index, limit);
    if (worth === HARD) continue;
    const share = (index - start) / length;
    // A short piece, and the short rest that a late cut leaves, are both said without melody.
    const early = share < 0.2 ? 3 : share < 0.35 ? 1 : 0;
    const late = Math.max(0, share - 0.85) * 4;
    const total = worth + share - early - late - (depth > 0 && worth > SPACE ? 1 : 0);
    if (total >= bestWorth) {
      best = index;
      bestWorth = total;
    }
  }
  return best < 0 ? hardCut(text, start, limit) : best;
}

function worthOf(text: string, start: number, index: number, limit: number): number {
  const before = text.charCodeAt(index - 1);
  const markClass = CLASSES[before];
  if (before >= 0x3000 && markClass === CLAUSE) {
    if (index < limit && isCloser(text.charCodeAt(index))) return HARD;
    return before === 0xff1b || before === 0xff1a ? STRONG : COMMA;
  }
  if (before === 0x2014 && index < limit && !isStop(text.charCodeAt(index))) return STRONG;
  // At the limit only the character beyond it could tell that a word ends.
  if (index === limit || !isWhite(text.charCodeAt(index))) return HARD;
  if (isWhite(before)) return HARD;
  if (markClass === COLON) return STRONG;
  if (before === 0x2013 && index - 2 >= start && isWhite(text.charCodeAt(index - 2))) {
    return STRONG;
  }
  if (markClass === CLAUSE) return COMMA;
  if (before === 0x29 || before === 0x5d || before === 0xbb) return COMMA;
  // The stop of an abbreviation or a number binds to the next word.
  if (isStop(before)) return SPACE / 2;
  if (index + 1 < limit && text.charCodeAt(index + 1) === 0x28) return COMMA;
  if (index > start + 2 && CONJUNCTION.test(text.slice(index, Math.min(limit, index + 10)))) {
    return WORD;
  }
  return SPACE;
}

/** The last place before `limit` that parts no surrogate pair and, if possible, no grapheme. */
function hardCut(text: string, start: number, limit: number): number {
  const lowest = Math.max(start + 1, limit - 16);
  for (let index = limit; index >= lowest; index--) {
    if (!joins(text, index)) return index;
  }
  return isLowSurrogate(text.charCodeAt(limit)) && limit - 1 > start ? limit - 1 : limit;
}

/** The character at `index` belongs to the one before it. */
function joins(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  if (isLowSurrogate(code) || code === 0x200d || text.charCodeAt(index - 1) === 0x200d) return true;
  // A skin tone.
  if (code === 0xd83c && (text.charCodeAt(index + 1) & 0xfff8) === 0xdff8) return true;
  return code >= 0x300 && /\p{M}/u.test(text.charAt(index));
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Words that bind to the next one though white space follows: what ends in a point, or signs. */
const BINDING = /(?:^|\s)(?:\S{0,24}\.["'”’)]*|\d{1,3}[.)]|[^\p{L}\p{N}\s]+)$/u;

/**
 * Where a text that has stalled can be cut safely: after its last clause mark where little follows
 * that, else after its last whole word. `start` where nothing is safe.
 */
export function cutStalled(text: string, start: number, end: number): number {
  let word = end;
  for (;;) {
    while (word > start && !isWhite(text.charCodeAt(word))) word--;
    while (word > start && isWhite(text.charCodeAt(word - 1))) word--;
    if (word <= start) break;
    if (!BINDING.test(text.slice(Math.max(start, word - 32), word))) break;
    do word--; while (word > start && !isWhite(text.charCodeAt(word - 1)));
    word--;
  }
  // Text without spaces shows whole words at its clause marks only.
  let clause = word > start ? word : end - 1;
  while (clause > start && !isClauseEnd(text, clause)) clause--;
  if (word <= start) return Math.max(start, clause);
  return (word - clause) * 2 < clause - start ? clause : word;
}

function isClauseEnd(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  const marks = CLASSES[before] === CLAUSE || CLASSES[before] === COLON;
  return marks && (before >= 0x3000 || isWhite(text.charCodeAt(index)));
}
