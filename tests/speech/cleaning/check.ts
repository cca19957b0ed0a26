import { assert, assertEquals } from "@std/assert";
import {
  type CleaningOptions,
  type CleanText,
  TextCleaner,
} from "../../../src/speech/cleaning/cleaner.ts";

/** Cleans one piece of a fresh utterance and checks what holds for every result. */
export function clean(piece: string, options?: CleaningOptions): string {
  const result = new TextCleaner(options).clean(piece);
  assertWellMapped(piece, result);
  return result.text;
}

/** Cleans the pieces of one utterance. */
export function cleanAll(pieces: readonly string[]): string[] {
  const cleaner = new TextCleaner();
  return pieces.map((piece) => {
    const result = cleaner.clean(piece);
    assertWellMapped(piece, result);
    return result.text;
  });
}

/**
 * The map is as long as the text, ascends and stays in the piece, and each letter and digit stands
 * at its index, unless it came from a character reference.
 */
export function assertWellMapped(piece: string, { text, source }: CleanText): void {
  assertEquals(source.length, text.length, "one index per UTF-16 unit");
  for (let i = 0; i < text.length; i++) {
    const index = source[i]!;
    assert(index < piece.length, `${i} -> ${index} is outside of ${JSON.stringify(piece)}`);
    assert(i === 0 || index >= source[i - 1]!, `descends at ${i} of ${JSON.stringify(text)}`);
    const isExact = piece[index] === text[i] || piece[index] === "&";
    if (/[\p{L}\p{N}]/u.test(text[i]!)) {
      assert(isExact, `${text[i]} of ${JSON.stringify(text)} maps to ${piece[index]}`);
    }
  }
}
