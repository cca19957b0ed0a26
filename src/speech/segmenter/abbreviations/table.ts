/**
 * The form of the abbreviation lists.
 *
 * @module
 */

/**
 * What an abbreviation's stop does. Each value is a list of abbreviations without their last stop,
 * between white space: a new one is one word on a line. Lower case stands for any case; a capital
 * at the start stands for that form and all capitals ("Sun", not "sun"). "ad_es" has a space.
 */
export interface AbbreviationLists {
  /** Binds to whatever follows: "Dr. Jones", "e.g. this". */
  readonly never?: string;
  /** Binds to a number and to a small letter, and else ends: "No. 5", "No. Never." */
  readonly number?: string;
  /** Ends the sentence where a capital follows: "etc. Then". */
  readonly capital?: string;
  /** Ends the sentence where a word follows that begins sentences: "Jr. He", "Jr. High". */
  readonly starter?: string;
  /** As `capital`, but binds to the time zones and days that may follow: "5 p.m. EST". */
  readonly time?: string;
  /** As `capital`, but binds to a company's legal form: "Co. KG". */
  readonly company?: string;
}

/** The rule that an abbreviation obeys. */
export type AbbreviationRule = keyof AbbreviationLists;
