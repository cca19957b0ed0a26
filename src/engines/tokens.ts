/**
 * A sentence as the words whose timing is reported, each with what an ASCII engine reads for it,
 * cut into pieces that an engine speaks in one go.
 *
 * @module
 */

import { toAscii } from "./ascii.ts";

/** A word of the text with the punctuation that clings to it, or a part of an overlong one. */
export interface Token {
  /** First character in the text (UTF-16 index). */
  readonly start: number;
  /** The character after its last. */
  readonly end: number;
  /** What the engine reads; printable ASCII, empty if there is nothing to read. */
  readonly spoken: string;
  /** Whether the next token is the rest of the same word. */
  readonly continues: boolean;
}

/**
 * Most characters of {@linkcode Token.spoken}: no English word is longer, what is longer is an
 * address or noise.
 */
const TOKEN_LENGTH = 30;

/**
 * The words of a text, separated by white space, in order. One whose spoken form is longer than 30
 * characters comes in several parts, all with the word's `start` and `end`.
 */
export function tokensOf(text: string): Token[] {
  const { text: ascii, source } = toAscii(text);
  const tokens: Token[] = [];
  let at = 0;
  for (const match of text.matchAll(/\S+/g)) {
    const start = match.index;
    const end = start + match[0].length;
    while (at < ascii.length && source[at]! < start) at++;
    const from = at;
    while (at < ascii.length && source[at]! < end) at++;
    const parts = partsOf(ascii.slice(from, at).replaceAll(/\s+/g, " ").trim());
    for (const [index, spoken] of parts.entries()) {
      tokens.push({ start, end, spoken, continues: index < parts.length - 1 });
    }
  }
  return tokens;
}

/** A long word in parts, cut behind a sign where it has one. */
function partsOf(spoken: string): string[] {
  const parts: string[] = [];
  let rest = spoken;
  while (rest.length > TOKEN_LENGTH) {
    const [part] = /^.{1,29}[^A-Za-z0-9]|^.{30}/.exec(rest)!;
    parts.push(part.trim());
    rest = rest.slice(part.length);
  }
  parts.push(rest);
  return parts;
}

/**
 * How long it takes to say a token, in letters of ordinary words: digits and signs are read as
 * words, capitals may be spelled, and so are words of the full length, which no dictionary has.
 */
function effortOf(spoken: string): number {
  if (spoken.length >= TOKEN_LENGTH - 1) return 4 * spoken.length;
  const slow = spoken.match(/[0-9@#$%&*+=\/\\_~^<>|]|(?<!^)[A-Z]/g)?.length ?? 0;
  return spoken.length + 3 * slow;
}

/** Ends with punctuation that a speaker pauses at, perhaps inside quotes or brackets. */
const PAUSE = /[.,;:!?]["')\]}]*$/;

/**
 * Deals tokens out into pieces that take as long to say as `maxLength` characters of ordinary
 * words, spaces included, or less. A piece ends at a pause if there is one in its second half, else
 * after any word.
 */
export function piecesOf(tokens: readonly Token[], maxLength: number): Token[][] {
  const pieces: Token[][] = [];
  let from = 0;
  while (from < tokens.length) {
    let length = 0;
    let to = from;
    let pause = from;
    for (; to < tokens.length; to++) {
      const { spoken } = tokens[to]!;
      const next = length + (length > 0 ? 1 : 0) + effortOf(spoken);
      if (next > maxLength && to > from) break;
      length = next;
      if (length > maxLength / 2 && PAUSE.test(spoken)) pause = to + 1;
    }
    if (to < tokens.length && pause > from) to = pause;
    pieces.push(tokens.slice(from, to));
    from = to;
  }
  return pieces;
}

/** What an engine reads for these tokens. */
export function spokenText(tokens: readonly Token[]): string {
  return tokens.map((token) => token.spoken).filter((spoken) => spoken !== "").join(" ");
}
