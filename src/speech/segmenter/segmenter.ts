/**
 * Cuts text that arrives in deltas into sentences to be spoken.
 *
 * The pieces depend on the text alone: a rule that cannot decide waits for more text, and none
 * looks further than the next word. What was decided is never looked at again.
 *
 * @module
 */

import { BRACKET, BULLET, CLASSES, CLAUSE, COLON, isWhite, NEWLINE, PLAIN } from "./characters.ts";
import { cutLong, cutStalled, decideClause } from "./clauses.ts";
import { decideBullet, decideParenthesis } from "./lists.ts";
import { Nesting } from "./nesting.ts";
import { decideNewline, type LineKind, lineKind } from "./newlines.ts";
import { decideScriptStop, decideStop } from "./stops.ts";
import { CONTINUE, goOn, type View } from "./view.ts";

/** How long pieces may and should be. */
export interface SegmenterOptions {
  /**
   * Longest piece, UTF-16 code units, at least 2. A longer sentence is cut at a clause, else at a
   * word, else inside the word.
   *
   * @default 150
   */
  readonly maxCharacters?: number;
  /**
   * Cut the utterance's first piece at an early clause, so that first audio comes sooner.
   *
   * @default true
   */
  readonly earlyFirstClause?: boolean;
  /**
   * Shortest first piece that such a cut may make, characters; an East Asian one counts thrice.
   *
   * @default 30
   */
  readonly minFirstCharacters?: number;
}

/**
 * A piece to be spoken. Ranges ascend and never overlap; only white space lies between two pieces.
 */
export interface Piece {
  /** The source from `start` to `end`, without white space around. */
  readonly text: string;
  /** UTF-16 index into the utterance's whole text. */
  readonly start: number;
  /** UTF-16 index one past the piece. */
  readonly end: number;
}

/** What most deltas give. */
const NOTHING: readonly Piece[] = Object.freeze([]);

/** How far beyond the longest piece a run of white space may lead a rule, characters. */
const OVERHANG = 80;

/** The sentences of one utterance's text, as it arrives. */
export class Segmenter {
  readonly #max: number;
  readonly #earlyClause: boolean;
  readonly #minFirst: number;
  readonly #view: View;
  /** Index of the buffer's first character in the utterance's text. */
  #base = 0;
  /** The next character to be scanned, or the mark whose rule waits; index into the buffer. */
  #at = 0;
  /** A piece has begun, at the view's start. */
  #begun = false;
  #released = 0;
  /** The piece is longer than allowed: the rule asked last sees the text up to there only. */
  #capped = false;
  /** Line breaks since the last piece. */
  #breaks = 0;
  /** Index of the current line's start in the utterance's text. */
  #lineStart = 0;
  /** Known once a piece was released from the line; its beginning is gone by then. */
  #lineKind: LineKind | undefined;

  constructor(options: SegmenterOptions = {}) {
    const max = options.maxCharacters ?? 150;
    if (!(max >= 2)) throw new RangeError(`maxCharacters must be at least 2, but is ${max}`);
    this.#max = Math.floor(max);
    this.#earlyClause = options.earlyFirstClause ?? true;
    this.#minFirst = options.minFirstCharacters ?? 30;
    this.#view = {
      text: "",
      start: 0,
      end: 0,
      final: false,
      sentenceStart: true,
      resume: 0,
      list: undefined,
      spacedEllipsis: false,
      nesting: new Nesting(),
    };
  }

  /** Characters buffered and not yet released; white space alone counts 0. */
  get pending(): number {
    return this.#begun ? this.#view.text.length - this.#view.start : 0;
  }

  /** Appends text and gives the sentences that are now certain. */
  push(delta: string): readonly Piece[] {
    const view = this.#view;
    const { length } = view.text;
    view.text += delta;
    // Most deltas decide nothing. Those are looked at alone, for to look into the buffer makes the
    // runtime copy it, with what was appended.
    const decidesNothing = this.#begun && this.#at === length &&
      view.text.length <= view.start + this.#max &&
      this.#runOver(delta, 0, delta.length) === delta.length;
    if (!decidesNothing) return this.#compacted(this.#scan(false));
    this.#at = view.text.length;
    return NOTHING;
  }

  /**
   * The text has fallen silent: releases what can be spoken whatever comes next, that is a whole
   * sentence at the end, else all up to a clause or a word that is certainly complete.
   */
  releaseStalled(): Piece[] {
    const view = this.#view;
    const pieces: Piece[] = [];
    while (this.#begun && this.#at < view.text.length) {
      const answer = this.#decide(this.#at, true);
      if (answer < 0) break;
      pieces.push(this.#release(answer, true));
      pieces.push(...this.#scan(false));
    }
    if (this.#begun) {
      const cut = cutStalled(view.text, view.start, view.text.length);
      if (cut > view.start) pieces.push(this.#release(cut, false));
      this.#scan(false);
    }
    return this.#compacted(pieces);
  }

  /** Releases everything buffered; also at the text's end. */
  flush(): Piece[] {
    const pieces = this.#scan(true);
    if (this.#begun) pieces.push(this.#release(this.#view.text.length, true));
    return this.#compacted(pieces);
  }

  /** Scans on until the text's end or a rule that waits. */
  #scan(final: boolean): Piece[] {
    const view = this.#view;
    const pieces: Piece[] = [];
    const text = view.text;
    for (;;) {
      if (!this.#begun && !this.#begin()) return pieces;
      const limit = view.start + this.#max;
      const at = this.#runOver(text, this.#at, Math.min(text.length, limit));
      this.#at = at;
      if (at === text.length) return pieces;
      if (at >= limit && !isWhite(text.charCodeAt(at))) {
        pieces.push(this.#release(cutLong(text, view.start, limit), false));
        continue;
      }
      const answer = this.#decide(at, final);
      if (answer >= 0) pieces.push(this.#release(answer, true));
      else if (answer === CONTINUE) this.#advance(view.resume);
      else if (this.#capped) {
        pieces.push(this.#release(cutLong(text, view.start, limit), false));
      } else return pieces;
    }
  }

  /** The first index in `[from, until]` where something may have to be decided. */
  #runOver(text: string, from: number, until: number): number {
    const skipped = this.#earlyClause && this.#released === 0 ? PLAIN : CLAUSE;
    let at = from;
    // A typed array holds a value for every code unit.
    while (at < until && CLASSES[text.charCodeAt(at)]! <= skipped) at++;
    return at;
  }

  /** Skips white space to where the next piece begins; false where none does yet. */
  #begin(): boolean {
    const view = this.#view;
    const text = view.text;
    let at = this.#at;
    while (at < text.length && isWhite(text.charCodeAt(at))) {
      if (CLASSES[text.charCodeAt(at)] === NEWLINE) {
        this.#startLine(at + 1);
        // Of "\r\n" only the second counts.
        if (text.charCodeAt(at) !== 0x0d && ++this.#breaks === 2) view.nesting.clear();
      }
      at++;
    }
    this.#at = at;
    if (at === text.length) return false;
    this.#begun = true;
    this.#breaks = 0;
    view.start = at;
    return true;
  }

  /** Asks the rule of the mark at `at`, with no more text in view than every split shows it. */
  #decide(at: number, final: boolean): number {
    const view = this.#view;
    const { text, start } = view;
    let end = text.length;
    const limit = start + this.#max;
    this.#capped = false;
    if (end > limit) {
      const furthest = Math.min(end, limit + OVERHANG);
      let next = limit;
      while (next < furthest && isWhite(text.charCodeAt(next))) next++;
      this.#capped = next < end;
      if (this.#capped) end = next + 1;
    }
    view.end = end;
    view.final = final && !this.#capped;
    switch (CLASSES[text.charCodeAt(at)]) {
      case NEWLINE:
        return this.#decideNewline(at);
      case COLON:
        return decideScriptStop(view, at) ?? this.#decideClause(at);
      case CLAUSE:
        return this.#decideClause(at);
      case BRACKET:
        return text.charCodeAt(at) === 0x29 ? decideParenthesis(view, at) : goOn(view, at + 1);
      case BULLET:
        return decideBullet(view, at);
      case PLAIN:
        return at - limit >= OVERHANG ? at : goOn(view, at + 1);
      default:
        return decideStop(view, at);
    }
  }

  #decideClause(at: number): number {
    const early = this.#earlyClause && this.#released === 0;
    return early ? decideClause(this.#view, at, this.#minFirst) : goOn(this.#view, at + 1);
  }

  #decideNewline(at: number): number {
    const view = this.#view;
    const { text, start } = view;
    const lineStart = Math.max(0, this.#lineStart - this.#base);
    const from = Math.max(start, lineStart);
    const answer = decideNewline(view, at, {
      length: text.slice(from, at).trim().length + Math.max(0, this.#base + from - this.#lineStart),
      kind: this.#lineKind ?? lineKind(text, from, at),
      whole: this.#lineKind === undefined && start >= lineStart,
    });
    if (answer === CONTINUE) this.#startLine(view.resume);
    return answer;
  }

  #startLine(at: number): void {
    this.#lineStart = this.#base + at;
    this.#lineKind = undefined;
  }

  /** Goes on to `to`, minding the quotes and brackets on the way. */
  #advance(to: number): void {
    const { text, start, nesting } = this.#view;
    for (let at = this.#at; at < to && at < text.length; at++) {
      if (CLASSES[text.charCodeAt(at)] === BRACKET) nesting.pass(text, at, start);
    }
    this.#at = Math.max(this.#at, to);
  }

  /** Takes the piece that ends at `cut` out of the buffer. */
  #release(cut: number, sentenceEnd: boolean): Piece {
    const view = this.#view;
    const { text, start } = view;
    this.#advance(cut);
    let end = cut;
    while (end > start && isWhite(text.charCodeAt(end - 1))) end--;
    const lineStart = this.#lineStart - this.#base;
    if (this.#lineKind === undefined && lineStart < end) {
      this.#lineKind = lineKind(text, Math.max(start, lineStart), end);
    }
    this.#released++;
    view.sentenceStart = sentenceEnd;
    if (sentenceEnd) view.list = undefined;
    let next = cut;
    while (next < this.#at && isWhite(text.charCodeAt(next))) next++;
    this.#begun = next < this.#at;
    view.start = next;
    return { text: text.slice(start, end), start: this.#base + start, end: this.#base + end };
  }

  /** Drops from the buffer what will not be looked at again. */
  #compacted(pieces: Piece[]): Piece[] {
    const view = this.#view;
    const used = this.#begun ? view.start : this.#at;
    if (used > 0) {
      view.text = view.text.slice(used);
      this.#base += used;
      this.#at -= used;
      view.start = 0;
    }
    return pieces;
  }
}
