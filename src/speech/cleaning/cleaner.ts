/**
 * Text as a language model writes it (with Markdown, HTML, emoji and URLs) -> text as it is spoken.
 *
 * @module
 */

import { skipSpace, skipSpaceBack } from "./characters.ts";
import { identityMap, MappedText } from "./mapped_text.ts";
import type { CleaningOptions, CleaningState, Rule } from "./rule.ts";
import { RULES } from "./rules.ts";
import { isSpeakable } from "./speakable.ts";

export type { CleaningOptions } from "./rule.ts";
export { isSpeakable } from "./speakable.ts";

/** A piece as it will be spoken. */
export interface CleanText {
  /** Empty when the piece has nothing to speak. */
  readonly text: string;
  /** Index in the piece of each UTF-16 unit of `text`; never descending. */
  readonly source: Uint32Array;
}

/**
 * Anything that a rule might change. What this does not find is prose, which is nearly all text,
 * and is done with after one look.
 */
const NEEDS_RULES = /[^\p{L}\p{N} .,;:!?'"()%$/-]| {2}|^-|--|:\/\/|www\.|mailto:/iu;

/**
 * Cleans the pieces of one utterance, in order. It remembers only what spans pieces: whether they
 * are inside a code block or span, a table, an italic or a URL.
 */
export class TextCleaner {
  readonly #rules: readonly Rule[];
  readonly #state: CleaningState = {
    fence: undefined,
    inTable: false,
    inItalic: false,
    openBackticks: 0,
    cutUrl: undefined,
  };

  constructor(options: CleaningOptions = {}) {
    this.#rules = RULES.filter(({ option }) => option === undefined || options[option] !== false);
  }

  /** The piece as it is spoken. Never throws, whatever is in it; linear in its length. */
  clean(piece: string): CleanText {
    const start = skipSpace(piece, 0);
    const prose = piece.slice(start, skipSpaceBack(piece, piece.length, start));
    if (this.#state.cutUrl === undefined && !NEEDS_RULES.test(prose)) {
      this.#state.inTable = false;
      return isSpeakable(prose) ? new Prose(prose, start) : NOTHING;
    }
    let mapped = new MappedText(piece);
    for (const { trigger, apply } of this.#rules) {
      if (trigger.test(mapped.text)) mapped = apply(mapped, this.#state);
    }
    return isSpeakable(mapped.text) ? mapped : NOTHING;
  }
}

const NOTHING: CleanText = { text: "", source: new Uint32Array(0) };

/** A piece that is spoken as it stands. Its map is made when it is asked for, which is seldom. */
class Prose implements CleanText {
  readonly text: string;
  readonly #start: number;

  constructor(text: string, start: number) {
    this.text = text;
    this.#start = start;
  }

  get source(): Uint32Array {
    return identityMap(this.text.length, this.#start);
  }
}
