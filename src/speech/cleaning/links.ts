/**
 * Links, images and footnote marks: the text is spoken, its target is not.
 *
 * @module
 */

import { characterBefore, kindOf } from "./characters.ts";
import { noteCutUrl } from "./cut_urls.ts";
import { type Edit, type MappedText, remove } from "./mapped_text.ts";
import type { CleaningState } from "./rule.ts";

const BRACKET = /!?\[|\]/g;
/**
 * `(url "title")`. The target may hold one level of parentheses. White space is bounded, and no
 * two parts can match the same characters, so the work is linear.
 */
const TARGET =
  /\(\s{0,2}(?:<[^<>\n]*>|(?:[^\s()<>]|\([^\s()]*\))*)(?:\s{1,2}(?:"[^"]*"|'[^']*'))?\s{0,2}\)/y;
/** A target whose end is in the next piece; it must look like one. */
const CUT_TARGET = /\(<?(?:\w{1,10}:|www\.|[#/.])[^\s()]*$/y;
const REFERENCE = /\[[^[\]\n]*\]/y;
/** What begins with a footnote's mark, from its opening bracket's end. */
const FOOTNOTE = /\^[^\s[\]]+$/;
const AUTOLINK = /<((?:[A-Za-z][A-Za-z\d+.-]{1,15}:\/\/|mailto:|tel:|[^\s<>@:]+@)[^\s<>]+)>/g;

interface Opener {
  readonly start: number;
  readonly end: number;
}

/**
 * Takes out the mark-up of links and images, also where the piece ends or begins inside one: a
 * bracket without its partner goes as well. Brackets in pairs that are no link stay: `a[0]`, [sic].
 */
export function stripLinks(mapped: MappedText, state: CleaningState): MappedText {
  const { text } = mapped;
  const edits: Edit[] = [];
  const open: Opener[] = [];
  let position = 0;
  for (const { 0: bracket, index } of text.matchAll(BRACKET)) {
    if (index < position) continue;
    const end = index + bracket.length;
    if (bracket !== "]") {
      open.push({ start: index, end });
      continue;
    }
    const opener = open.pop();
    const targetEnd = endOfTarget(text, opener, end, state);
    if (opener !== undefined && isFootnote(text, opener, index)) {
      edits.push(remove(opener.start, end));
    } else if (targetEnd > end || opener === undefined || isImage(opener)) {
      if (opener !== undefined) edits.push(remove(opener.start, opener.end));
      edits.push(remove(index, targetEnd));
      position = targetEnd;
    }
  }
  for (const opener of open) edits.push(remove(opener.start, opener.end));
  return mapped.edit(edits);
}

/** Takes the angle brackets off `<https://...>` and `<someone@example.com>`. */
export function stripAutolinks(mapped: MappedText): MappedText {
  return mapped.replace(AUTOLINK, ({ 0: link, index }) => [
    remove(index, index + 1),
    remove(index + link.length - 1, index + link.length),
  ]);
}

function isImage(opener: Opener): boolean {
  return opener.end - opener.start === 2;
}

/** Footnote marks are short; the limit keeps nested brackets from being read again and again. */
function isFootnote(text: string, opener: Opener, close: number): boolean {
  return close - opener.end <= 64 && FOOTNOTE.test(text.slice(opener.end, close));
}

/** The end of the target that begins at `index`, behind the closing bracket; `index` if none. */
function endOfTarget(
  text: string,
  opener: Opener | undefined,
  index: number,
  state: CleaningState,
): number {
  const next = text[index];
  if (next === "(") {
    const whole = endOf(TARGET, text, index);
    if (whole > index) return whole;
    const cut = endOf(CUT_TARGET, text, index);
    noteCutUrl(state, "target", cut - index);
    return cut;
  }
  const isReference = next === "[" && opener !== undefined && !isSubscript(text, opener, index);
  return isReference ? endOf(REFERENCE, text, index) : index;
}

/** Brackets behind which others are no reference: `grid[1][2]`, or the citations in `so [1][2]`. */
function isSubscript(text: string, opener: Opener, end: number): boolean {
  if (isImage(opener)) return false;
  const isNumber = end - opener.end <= 5 && /^\d+\]$/.test(text.slice(opener.end, end));
  return isNumber || kindOf(characterBefore(text, opener.start)) === "word";
}

/** Where the match of a sticky `pattern` at `index` ends; `index` if there is none. */
function endOf(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return index + (pattern.exec(text)?.[0].length ?? 0);
}
