/** What the segmenter's tests share. */

import {
  type Piece,
  Segmenter,
  type SegmenterOptions,
} from "../../../src/speech/segmenter/segmenter.ts";

/** Sentences whole, as the published tables want them. */
export const WHOLE_SENTENCES: SegmenterOptions = { maxCharacters: 10_000, earlyFirstClause: false };

/** The pieces of a text that comes in these deltas and then ends. */
export function piecesOf(deltas: Iterable<string>, options: SegmenterOptions = {}): Piece[] {
  const segmenter = new Segmenter(options);
  const pieces: Piece[] = [];
  for (const delta of deltas) pieces.push(...segmenter.push(delta));
  return [...pieces, ...segmenter.flush()];
}

/** The UTF-16 units of a text, one by one. */
export function* units(text: string): Iterable<string> {
  for (let index = 0; index < text.length; index++) yield text.charAt(index);
}

/** A table's row: `¦` marks where a piece begins and is no part of the text. */
export function readRow(row: string): { text: string; sentences: string[] } {
  return {
    text: row.replaceAll("¦", ""),
    sentences: row.split("¦").map((part) => part.trim()).filter((part) => part !== ""),
  };
}
