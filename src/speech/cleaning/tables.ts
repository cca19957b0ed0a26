/**
 * Rows of a table: the cells are read one after the other, with a comma between them.
 *
 * @module
 */

import { skipSpace, skipSpaceBack } from "./characters.ts";
import { type Edit, remove } from "./mapped_text.ts";

/**
 * Whether a line is a table's row: it begins with a bar and a space, or with one and ends with
 * one, or follows another row and has a bar. A cut row still begins with a bar, and `|x| < 3` or a
 * bar in prose is none.
 */
export function isRow(line: string, inTable: boolean): boolean {
  if (!line.includes("|")) return false;
  return inTable || /^\s*\|(?:\s|.*\|\s*$)/.test(line);
}

/**
 * Takes out the bars of the row in that range of `text`, passing over empty cells; returns where
 * its last cell ends.
 */
export function stripRow(text: string, start: number, end: number, edits: Edit[]): number {
  let hasCell = false;
  let lastEnd = start;
  for (let at = start; at <= end; at = nextBar(text, at, end) + 1) {
    const cellStart = skipSpace(text, at, end);
    const cellEnd = skipSpaceBack(text, nextBar(text, at, end), cellStart);
    if (cellStart === cellEnd) continue;
    const isPhrase = /[.,;:!?]/.test(text.charAt(lastEnd - 1));
    const between = !hasCell ? "" : isPhrase ? " " : ", ";
    edits.push({ start: lastEnd, end: cellStart, text: between });
    hasCell = true;
    lastEnd = cellEnd;
  }
  edits.push(remove(lastEnd, end));
  return lastEnd;
}

function nextBar(text: string, from: number, end: number): number {
  const bar = text.indexOf("|", from);
  return bar < 0 || bar > end ? end : bar;
}
