/**
 * What a cleaning rule is.
 *
 * @module
 */

import type { MappedText } from "./mapped_text.ts";

/** Which rules run. Each is on unless set to false. */
export interface CleaningOptions {
  /** Emphasis, headings, links, code, tables, lists, quotes, rules, escapes, footnote marks. */
  readonly markdown?: boolean;
  /** Emoji are taken out; text symbols such as © stay. */
  readonly emoji?: boolean;
  /** A URL is spoken as its host. */
  readonly urls?: boolean;
  /** HTML tags and comments are taken out, entities decoded. */
  readonly html?: boolean;
  /** Control, zero-width, bidi and private-use characters and lone surrogates are taken out. */
  readonly controlCharacters?: boolean;
  /** Curly quotes, dashes, ellipses and spaced bullets become what every engine reads. */
  readonly typography?: boolean;
}

/** What one utterance's text carries from one piece to the next. */
export interface CleaningState {
  /** The run of back-ticks or tildes that opened the code block we are in. */
  fence: string | undefined;
  /** Whether the last line was a row of a table. */
  inTable: boolean;
  /** Whether an italic opened in an earlier piece is still to be closed. */
  inItalic: boolean;
  /** Back-ticks that opened inline code in an earlier piece, which is still to be closed; or 0. */
  openBackticks: number;
  /** Set when the last piece ended inside a URL, a link's target or a raw one. */
  cutUrl: "target" | "raw" | undefined;
}

/** One step of cleaning. */
export interface Rule {
  readonly name: string;
  /** The option that turns it off; without one it always runs. */
  readonly option?: keyof CleaningOptions;
  /** The rule is skipped for a text in which this finds nothing. Must not be global. */
  readonly trigger: RegExp;
  readonly apply: (text: MappedText, state: CleaningState) => MappedText;
}
