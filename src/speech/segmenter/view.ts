/**
 * What a boundary rule sees and answers.
 *
 * @module
 */

import type { Marker } from "./lists.ts";
import type { Nesting } from "./nesting.ts";

/** The rule needs more text. */
export const WAIT = -1;
/** No boundary: scan on at {@linkcode View.resume}. */
export const CONTINUE = -2;

/**
 * The text as far as a rule may look. A rule answers with the index at which the piece ends, with
 * {@linkcode WAIT} or with {@linkcode CONTINUE}. What it has once answered from a text it must
 * answer from every longer one: else the pieces would depend on how the text was split.
 */
export interface View {
  text: string;
  /** Where the current piece starts. */
  start: number;
  /** One past the last character that may be looked at. */
  end: number;
  /** Nothing follows `end`, or nothing that is worth waiting for: never answer WAIT. */
  final: boolean;
  /** The piece begins a sentence, it does not go on with a cut one. */
  sentenceStart: boolean;
  /** Where to scan on after CONTINUE. */
  resume: number;
  /** The list marker that would begin the next item, where the sentence is a list item. */
  list: Marker | undefined;
  /** The writer puts spaces between an ellipsis's dots. */
  spacedEllipsis: boolean;
  readonly nesting: Nesting;
}

/** Answers CONTINUE, to go on at `resume`. */
export function goOn(view: View, resume: number): number {
  view.resume = resume;
  return CONTINUE;
}
