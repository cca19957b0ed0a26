/**
 * Whether a single full point ends the sentence, by the word before it and the one after it.
 *
 * @module
 */

import { abbreviationRule, JOINED_ENDS } from "./abbreviations.ts";
import type { AbbreviationRule } from "./abbreviations/table.ts";
import {
  BULLET,
  CLASSES,
  CLAUSE,
  gapEnd,
  isCloser,
  isDash,
  isDigit,
  isEastAsian,
  isLetter,
  isLower,
  isOpener,
  isUpper,
  isWhite,
  PARAGRAPH,
} from "./characters.ts";
import { beginsSentence, decideMarker } from "./lists.ts";
import { decideAfterCloser, decideInQuotes, isDialogue } from "./followers.ts";
import { goOn, type View, WAIT } from "./view.ts";
import {
  LEGAL_FORMS,
  ORDINAL_NOUNS,
  SENTENCE_STARTERS,
  TIME_COMPANIONS,
  type WordSet,
} from "./words.ts";

/** What the word before the full point is. */
type Rule = AbbreviationRule | "initial" | "integer" | "label" | "ordinary";

/** No abbreviation, with all that is written together, is longer; characters. */
const LONGEST_WORD = 24;

const DOT = 0x2e;

/** Decides on the full point at `at`, `after` which, and its closers, white space or nothing is. */
export function decidePeriod(view: View, at: number, after: number, closed: boolean): number {
  const { text, start } = view;
  if (at > start && isWhite(text.charCodeAt(at - 1))) return decideSpacedDots(view, at, after);
  const word = wordBefore(view, at);
  if (word === undefined) return decideOrdinary(view, at, after, closed);

  if (word.bare && isLabel(word.text)) {
    const style = text.slice(at, after);
    if (style === "." || style === ".)") {
      const marker = decideMarker(view, word.from, at, style);
      if (marker !== undefined) return marker;
    }
  }
  const rule = ruleOf(view, word);
  return rule === "ordinary"
    ? decideOrdinary(view, at, after, closed)
    : decideAbbreviation(view, rule, word, after, closed);
}

interface Word {
  readonly text: string;
  readonly from: number;
  /** White space or an opening sign stands before it. */
  readonly bare: boolean;
  /** With all that is glued to it ("c.-à-d"). */
  readonly whole: string;
}

/** The word that ends at `at`; undefined where it is too long for an abbreviation. */
function wordBefore(view: View, at: number): Word | undefined {
  const { text, start } = view;
  const lowest = Math.max(start, at - LONGEST_WORD);
  let from = at;
  while (from > lowest && isWordPart(text.charCodeAt(from - 1))) from--;
  let wholeFrom = from;
  while (wholeFrom > lowest && !isBefore(text.charCodeAt(wholeFrom - 1))) wholeFrom--;
  if (wholeFrom === lowest && lowest > start) return undefined;
  return {
    text: text.slice(from, at),
    from,
    bare: from === wholeFrom,
    whole: text.slice(wholeFrom, at),
  };
}

function isWordPart(code: number): boolean {
  return isLetter(code) || isDigit(code) || code === DOT || code === 0xb0;
}

function isBefore(code: number): boolean {
  return isWhite(code) || code === 0x2a || code === 0x5f || CLASSES[code] === BULLET ||
    (code >= 0x3000 && CLASSES[code] === CLAUSE) ||
    (code !== 0x27 && isOpener(code));
}

function isLabel(word: string): boolean {
  return word.length <= 3 && /^(?:\d{1,3}|\p{L})$/u.test(word);
}

function ruleOf(view: View, word: Word): Rule {
  const { text, whole, from, bare } = word;
  // A second letter of ASCII is no mark: most words need no closer look.
  const single = !(text.charCodeAt(1) < 0x80) && /^\p{L}\p{M}*$/u.test(text);
  if (single && !bare) return abbreviationRule(whole) ?? "ordinary";
  if (text === "I" && isPronoun(view, from)) return "capital";
  const known = joinedRule(view, word) ?? abbreviationRule(whole) ??
    (bare ? undefined : abbreviationRule(text));
  if (known !== undefined) return known;
  if (text.length > 2 && /^[A-Za-z]?[a-z]+$/.test(text)) return "ordinary";
  if (single) return "initial";
  if (/^\d{1,3}$/.test(text)) return bare || /^[-–]\d+$/.test(whole) ? "integer" : "ordinary";
  if (/^[IVXLC]{2,7}$/.test(text)) {
    return beginsSentence(view, from) ? "label" : "capital";
  }
  if (/^\p{L}{1,2}(?:\.\p{L}{1,2})+$/u.test(text)) return "starter";
  if (/^\p{Lu}\.\p{L}+$/u.test(text)) return "capital";
  return "ordinary";
}

/** "you and I. Did", not "Albert I. Jones": the word before the pronoun has a small letter. */
function isPronoun(view: View, from: number): boolean {
  const before = previousWord(view, from);
  return before !== "" && isLower(before.charCodeAt(0));
}

/** "z. B.", "p. ej.", "ad es.": abbreviations with a space inside. */
function joinedRule(view: View, word: Word): AbbreviationRule | undefined {
  let to = word.from;
  while (to > view.start && isWhite(view.text.charCodeAt(to - 1))) to--;
  if (to === view.start || word.from === to) return undefined;
  if (view.text.charCodeAt(to - 1) !== DOT && !JOINED_ENDS.has(word.text)) return undefined;
  const before = previousWord(view, word.from);
  if (before === "" || before.length > 4) return undefined;
  if (!before.endsWith(".")) return abbreviationRule(`${before} ${word.text}`);
  const two = previousWord(view, word.from, 2);
  const three = two.length <= 4 && two.endsWith(".")
    ? abbreviationRule(two + before + word.text)
    : undefined;
  return three ?? abbreviationRule(before + word.text);
}

/** The word, with its stop, that is `count` words before the one at `from`; "" for none or long. */
function previousWord(view: View, from: number, count = 1): string {
  const { text, start } = view;
  let to = from;
  let begin = from;
  for (let word = 0; word < count; word++) {
    to = begin;
    while (to > start && begin - to < 4 && isWhite(text.charCodeAt(to - 1))) to--;
    begin = to;
    while (begin > start && to - begin < LONGEST_WORD && !isBefore(text.charCodeAt(begin - 1))) {
      begin--;
    }
  }
  return text.slice(begin, to);
}

function decideOrdinary(view: View, at: number, after: number, closed: boolean): number {
  if (closed) return decideAfterCloser(view, after);
  if (!view.spacedEllipsis && view.nesting.depth === 0 && !isDialogue(view)) return after;
  const next = gapEnd(view.text, after, view.end);
  if (next === PARAGRAPH) return after;
  if (next === view.end) return view.final ? after : WAIT;
  if (view.text.charCodeAt(next) === DOT) return decideSpacedDots(view, at, after);
  return decideInQuotes(view, after);
}

function decideAbbreviation(
  view: View,
  rule: Exclude<Rule, "ordinary">,
  word: Word,
  after: number,
  closed: boolean,
): number {
  const { text, end, final } = view;
  const next = gapEnd(text, after, end);
  if (next === PARAGRAPH) return after;
  if (rule === "label") return goOn(view, after);
  if (next === end) {
    // Nothing will tell more: what can end a sentence ends it, the rest is kept with what follows.
    if (!final) return WAIT;
    const binds = rule === "never" || rule === "number" || rule === "initial" || rule === "integer";
    return binds ? goOn(view, after) : after;
  }
  if (rule === "never") return goOn(view, after);
  const code = text.charCodeAt(next);
  if (closed && rule !== "starter" && rule !== "initial") return decideAfterCloser(view, after);
  if (isLower(code) || isDash(code) || ",;:.?!&/+=<>|".includes(text.charAt(next))) {
    return goOn(view, after);
  }
  const quoted = isOpener(code) && !"([{".includes(text.charAt(next));
  if (!isLetter(code)) {
    if (rule === "integer") return after;
    return quoted ? after : goOn(view, after);
  }
  if (!isUpper(code)) {
    // A script without capitals.
    const binds = rule === "initial" || rule === "starter" ||
      (rule === "integer" && isEastAsian(code));
    return binds ? goOn(view, after) : after;
  }
  switch (rule) {
    case "starter":
    case "initial":
      return endsBefore(view, SENTENCE_STARTERS, next, after, true);
    case "number":
      // "p." and "s." may be somebody's initial as well.
      return word.text.length > 1 ? after : endsBefore(view, SENTENCE_STARTERS, next, after, true);
    case "integer":
      return endsBefore(view, ORDINAL_NOUNS, next, after, false);
    case "company":
      return endsBefore(view, LEGAL_FORMS, next, after, false);
    case "time":
      if (isTimePhrase(view, word.from)) return goOn(view, after);
      return endsBefore(view, TIME_COMPANIONS, next, after, false);
    default:
      return after;
  }
}

/** Ends if the next word is in the set (`member`), or if it is not. */
function endsBefore(
  view: View,
  words: WordSet,
  next: number,
  after: number,
  member: boolean,
): number {
  const found = words.matches(view.text, next, view.end, view.final);
  if (found === undefined) return WAIT;
  return found === member ? after : goOn(view, after);
}

/** "At 5 a.m.": a sentence that has only said when has not ended. */
function isTimePhrase(view: View, from: number): boolean {
  const said = view.text.slice(view.start, Math.min(from, view.start + 32));
  return /^(?:At|By|From|Around|About|Before|After|Since|Until|Between|On \p{L}+ at)\s+[\d:.]+\s*$/u
    .test(said);
}

/**
 * Dots with spaces between them. Three are an ellipsis; more end the sentence too. Where the first
 * is glued to a word it is that sentence's own, and the rest stand for what was left out of the next.
 */
function decideSpacedDots(view: View, at: number, after: number): number {
  const { text, start, end, final } = view;
  let dots = 1;
  let to = after;
  let next = gapEnd(text, to, end);
  while (next !== PARAGRAPH && next < end && text.charCodeAt(next) === DOT) {
    dots++;
    to = next + 1;
    next = gapEnd(text, to, end);
  }
  const glued = at > start && !isWhite(text.charCodeAt(at - 1));
  if (next === PARAGRAPH) return to;
  if (next === end && !final) return WAIT;
  if (dots > 1) view.spacedEllipsis = true;
  if (next === end) return to;
  if (next === to) return decideClosedDots(view, to);
  const code = text.charCodeAt(next);
  if (dots === 2 || dots === 3 || isLower(code)) return goOn(view, to);
  return glued && dots > 1 ? at + 1 : to;
}

/** `. . . .”`: the dots are followed by a sign at `to`. */
function decideClosedDots(view: View, to: number): number {
  const { text, end, final } = view;
  let after = to;
  while (after < end && isCloser(text.charCodeAt(after))) after++;
  if (after === end) return final ? after : WAIT;
  const spaced = after > to && isWhite(text.charCodeAt(after));
  return spaced ? decideAfterCloser(view, after) : goOn(view, after);
}
