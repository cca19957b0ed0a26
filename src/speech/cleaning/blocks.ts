/**
 * Mark-up that is told by its place on a line: headings, lists, quotes, rules, tables, definitions.
 *
 * @module
 */

import { skipSpace, skipSpaceBack } from "./characters.ts";
import { linesOf } from "./fences.ts";
import { type Edit, type MappedText, remove } from "./mapped_text.ts";
import type { CleaningState } from "./rule.ts";
import { isRow, stripRow } from "./tables.ts";

type LineKind = "text" | "item" | "heading";

/** The line before, as far as it matters to the next. */
interface PreviousLine {
  /** Where its text ends. */
  readonly textEnd: number;
  /** Where a pause is put in: behind mark-up that is taken out. */
  readonly end: number;
  kind: LineKind;
}

interface Prefix {
  /** Where the line's text begins. */
  readonly end: number;
  readonly kind: LineKind;
}

/** A horizontal rule, an underline, a table's separator row, an empty heading, item or quote. */
const RULE_LINE = /^(?:[\s\-*_|:~#>•]+|[\s\-+=|]{2,})$/;
/** `[name]: https://...`; the target must look like one, or the line may be text. */
const LINK_DEFINITION = /^\[[^\]]+\]:[^\S\n]*<?(?:\w+:\/\/|mailto:|www\.|[#/.])\S*(?:\s+["'(].*)?$/;
const FOOTNOTE_DEFINITION = /\[\^[^\]\s]+\]:[^\S\n]*/y;
const QUOTE = /[^\S\n]*>[^\S\n]?/y;
const HEADING = /[^\S\n]*#{1,6}(?=\s)/y;
const BULLET = /[^\S\n]*[-*+•‣◦▪●○·–—][^\S\n]+(?=\S)/y;
const NUMBER = /[^\S\n]*\d{1,9}[.)][^\S\n]+/y;
const TASK_BOX = /\[[ xX]\](?=\s)/y;
/** Ends a phrase; behind it no pause need be put in. Mark-up may stand between it and the end. */
const PHRASE_END = /[.,;:!?…。、，！？；：]$/;

/**
 * Takes block mark-up out of every line. Where a heading, a list item or a table's row shares the
 * piece with its neighbour, a full stop or comma is put between them, or they would be read as one
 * phrase.
 */
export function stripBlocks(mapped: MappedText, state: CleaningState): MappedText {
  const { text } = mapped;
  const edits: Edit[] = [];
  let previous: PreviousLine | undefined;
  for (const line of linesOf(text)) {
    const start = skipSpace(text, line.start, line.end);
    const end = skipSpaceBack(text, line.end, start);
    if (start === end) {
      state.inTable = false;
      continue;
    }
    const content = text.slice(start, end);
    if (RULE_LINE.test(content)) {
      edits.push(remove(start, end));
      if (previous !== undefined && /^[-=*_]/.test(content)) previous.kind = "heading";
      state.inTable = content.includes("|");
      continue;
    }
    if (LINK_DEFINITION.test(content)) {
      edits.push(remove(start, end));
      continue;
    }
    const prefix = prefixOf(text, start, end, edits);
    let { kind } = prefix;
    let textEnd = end;
    state.inTable = isRow(text.slice(prefix.end, end), state.inTable);
    if (state.inTable) {
      kind = "item";
      textEnd = stripRow(text, prefix.end, end, edits);
    } else if (kind === "heading") {
      textEnd = closingHashes(text, prefix.end, end);
      edits.push(remove(textEnd, end));
    }
    if (previous !== undefined) edits.push(...pauseBetween(text, previous, kind));
    previous = { textEnd, end, kind };
  }
  return mapped.edit(edits);
}

/** Takes out what stands before a line's text: any nesting of quotes, bullets, then a heading. */
function prefixOf(text: string, start: number, end: number, edits: Edit[]): Prefix {
  let kind: LineKind = "text";
  let at = start;
  for (let found = true; found && at < end;) {
    found = false;
    for (const pattern of [QUOTE, BULLET, HEADING, FOOTNOTE_DEFINITION]) {
      const length = lengthAt(pattern, text, at);
      if (length === 0 || at + length > end) continue;
      edits.push(remove(at, at + length));
      at += length;
      if (pattern === HEADING) return { end: at, kind: "heading" };
      if (pattern === BULLET) kind = "item";
      found = true;
    }
  }
  const number = lengthAt(NUMBER, text, at);
  const box = kind === "item" || number > 0 ? lengthAt(TASK_BOX, text, at + number) : 0;
  if (box > 0) edits.push(remove(at + number, at + number + box));
  return { end: at + number + box, kind: number > 0 ? "item" : kind };
}

/** Length of what a sticky `pattern` matches at `index`; 0 if nothing. */
function lengthAt(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[0].length ?? 0;
}

/** Where the `##` that may close a heading begins; `end` if there is none. */
function closingHashes(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && text[at - 1] === "#") at--;
  const before = skipSpaceBack(text, at, start);
  return at < end && before < at ? before : end;
}

function pauseBetween(text: string, previous: PreviousLine, kind: LineKind): Edit[] {
  if (previous.kind === "text" && kind === "text") return [];
  let at = previous.textEnd;
  while (at > 0 && /[*_~"'”’]/.test(text.charAt(at - 1))) at--;
  if (PHRASE_END.test(text.slice(Math.max(0, at - 1), at))) return [];
  const mark = previous.kind === "heading" || kind === "heading" ? "." : ",";
  return [{ start: previous.end, end: previous.end, text: mark }];
}
