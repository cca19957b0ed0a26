/**
 * Looks abbreviations up. The lists themselves are in `abbreviations/`, one file a language family.
 *
 * @module
 */

import { ENGLISH } from "./abbreviations/english.ts";
import { GERMAN } from "./abbreviations/german.ts";
import { DUTCH, NORDIC, SLAVIC } from "./abbreviations/others.ts";
import { FRENCH, ITALIAN, PORTUGUESE, SPANISH } from "./abbreviations/romance.ts";
import type { AbbreviationLists, AbbreviationRule } from "./abbreviations/table.ts";

/** Where two languages disagree the first one named decides. */
const LANGUAGES: readonly AbbreviationLists[] = [
  ENGLISH,
  GERMAN,
  FRENCH,
  SPANISH,
  ITALIAN,
  PORTUGUESE,
  DUTCH,
  NORDIC,
  SLAVIC,
];

const RULES: ReadonlyMap<string, AbbreviationRule> = ruleTable();

function ruleTable(): Map<string, AbbreviationRule> {
  const table = new Map<string, AbbreviationRule>();
  for (const lists of LANGUAGES) {
    for (const [rule, words] of Object.entries(lists) as [AbbreviationRule, string][]) {
      for (const word of words.trim().split(/\s+/)) {
        const key = word.replace("_", " ");
        if (!table.has(key)) table.set(key, rule);
      }
    }
  }
  return table;
}

/** What ends the abbreviations that have a word without a stop inside ("et al", "ad es"). */
export const JOINED_ENDS: ReadonlySet<string> = new Set(
  [...RULES.keys()].filter((key) => key.includes(" ")).map((key) => key.replace(/.* /, "")),
);

/** Abbreviations that end compounds: "Hauptstr. 5", "Hausnr. 7". */
const COMPOUND = /\p{L}{2}(?:str|nr)$/u;
const LAST_OF_COMPOUND = "r".charCodeAt(0);

/** The rule of an abbreviation, written without its last stop; undefined for any other word. */
export function abbreviationRule(word: string): AbbreviationRule | undefined {
  const asWritten = RULES.get(word);
  if (asWritten !== undefined) return asWritten;
  if (word.charCodeAt(word.length - 1) === LAST_OF_COMPOUND && COMPOUND.test(word)) return "number";
  // Most words have nothing to be changed, and to ask is quicker than to try.
  if (/^[a-z]+$/.test(word)) return undefined;
  const lower = word.toLowerCase();
  if (lower === word) return undefined;
  const anyCase = RULES.get(lower);
  if (anyCase !== undefined) return anyCase;
  // "SEPT." is "Sept.", and what is all capitals in the list ("P.O") was found above.
  return word === word.toUpperCase()
    ? RULES.get(word.charAt(0) + lower.slice(1))
    : RULES.get(lower.replace(/(^|\.)\p{L}/gu, (letter) => letter.toUpperCase()));
}
