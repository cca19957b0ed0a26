/**
 * Fenced code blocks: the fences go, with the language's name; what is inside is spoken as it is.
 *
 * @module
 */

import { literalRange } from "./literal.ts";
import { type Edit, type MappedText, remove } from "./mapped_text.ts";
import type { CleaningState } from "./rule.ts";

/** An opening fence and its info string, in which there is no back-tick (else it is a code span). */
const OPENING = /^(\s*)(`{3,}(?!`)|~{3,}(?!~))([^`]*)$/;

/** Takes out fences and makes what is between them literal, across pieces. */
export function stripFences(text: MappedText, state: CleaningState): MappedText {
  const edits: Edit[] = [];
  for (const { start, end } of linesOf(text.text)) {
    const line = text.text.slice(start, end);
    if (state.fence !== undefined) {
      const closing = closingRun(line, state.fence);
      edits.push(literalRange(text.text, start, start + (closing ?? line.length)));
      if (closing === undefined) continue;
      edits.push(remove(start + closing, end));
      state.fence = undefined;
      continue;
    }
    const opening = OPENING.exec(line);
    if (opening === null) continue;
    const [, indent = "", fence = "", info = ""] = opening;
    state.fence = fence;
    edits.push(remove(start, isLanguage(info) ? end : start + indent.length + fence.length));
  }
  return text.edit(edits);
}

/** A language, with attributes or not; anything else may be text, and is not dropped. */
function isLanguage(info: string): boolean {
  return !/\S\s+\S/.test(info) || /[={}]/.test(info);
}

/** Where the run that closes the block opened by `fence` begins in `line`, if there is one. */
function closingRun(line: string, fence: string): number | undefined {
  const trimmed = line.trimEnd();
  let at = trimmed.length;
  while (at > 0 && trimmed[at - 1] === fence[0]) at--;
  return trimmed.length - at >= fence.length ? at : undefined;
}

/** The ranges of the lines of `text`, without their line breaks. */
export function linesOf(text: string): { start: number; end: number }[] {
  const lines = [];
  for (let start = 0; start <= text.length;) {
    const lineBreak = text.indexOf("\n", start);
    const end = lineBreak < 0 ? text.length : lineBreak;
    lines.push({ start, end });
    start = end + 1;
  }
  return lines;
}
