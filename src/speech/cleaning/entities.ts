/**
 * HTML's character references: `&amp;`, `&#39;`, `&#x27;`.
 *
 * @module
 */

import { literal } from "./literal.ts";
import type { MappedText } from "./mapped_text.ts";

/** Names of the characters from U+00A0 to U+00FF, in order. */
const LATIN_1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr " +
  "deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest " +
  "Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute " +
  "Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml " +
  "Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml " +
  "igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave " +
  "uacute ucirc uuml yacute thorn yuml";
/** Names of Greek letters from U+0391 and (in lower case) U+03B1, in order. */
const GREEK =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi " +
  "rho sigmaf sigma tau upsilon phi chi psi omega";
/** Others that turn up in text: each name and its character. */
const OTHERS =
  "amp & lt < gt > quot \" apos ' num # ast * lowbar _ grave ` lsqb [ rsqb ] lbrack [ " +
  "rbrack ] lpar ( rpar ) lbrace { rbrace } lcub { rcub } vert | verbar | bsol \\ sol / colon : " +
  "semi ; comma , period . excl ! quest ? equals = plus + percnt % dollar $ commat @ hyphen ‐ " +
  "dash ‐ ndash – mdash — horbar ― hellip … bull • lsquo ‘ rsquo ’ sbquo ‚ ldquo “ rdquo ” " +
  "bdquo „ lsaquo ‹ rsaquo › prime ′ Prime ″ euro € trade ™ larr ← uarr ↑ rarr → darr ↓ harr ↔ " +
  "rArr ⇒ hArr ⇔ minus − infin ∞ radic √ asymp ≈ ne ≠ le ≤ ge ≥ sum ∑ prod ∏ part ∂ int ∫ " +
  "isin ∈ cap ∩ cup ∪ sub ⊂ sup ⊃ and ∧ or ∨ forall ∀ exist ∃ empty ∅ nabla ∇ there4 ∴ " +
  "permil ‰ dagger † OElig Œ oelig œ Scaron Š scaron š Yuml Ÿ fnof ƒ circ ˆ tilde ˜ frasl ⁄ " +
  "check ✓ cross ✗ star ☆ starf ★ ";
/** Names of spaces, and of what has neither width nor sound. */
const SPACES = "ensp emsp thinsp hairsp numsp puncsp NewLine Tab";
const NOTHING = "zwnj zwj lrm rlm";

const INVISIBLE = /^[\p{C}\u2028\u2029]$/u;
const NAMED: ReadonlyMap<string, string> = namedEntities();
const ENTITY = /&(?:#(\d{1,7})|#[xX]([\dA-Fa-f]{1,6})|([A-Za-z][A-Za-z\d]{1,9}));/g;

/** Decodes references once; what they stand for is text, never mark-up. Unknown ones stay. */
export function decodeEntities(mapped: MappedText): MappedText {
  return mapped.replace(ENTITY, ([, decimal, hex, name]) => {
    if (name !== undefined) return NAMED.get(name);
    const code = decimal !== undefined ? parseInt(decimal, 10) : parseInt(hex!, 16);
    return visible(code);
  });
}

/** The character with that code as text: a control is a space, other invisible ones nothing. */
function visible(code: number): string {
  if (code < 0x20 || (code >= 0x7f && code <= 0xa0)) return " ";
  if (code > 0x10ffff) return "";
  const character = String.fromCodePoint(code);
  return INVISIBLE.test(character) ? "" : literal(character);
}

function namedEntities(): Map<string, string> {
  const named = new Map<string, string>();
  LATIN_1.split(" ").forEach((name, i) => named.set(name, visible(0xa0 + i)));
  GREEK.split(" ").forEach((name, i) => {
    named.set(name, String.fromCharCode(0x3b1 + i));
    const capital = name.charAt(0).toUpperCase() + name.slice(1);
    if (name !== "sigmaf") named.set(capital, String.fromCharCode(0x391 + i));
  });
  const others = OTHERS.trimEnd().split(" ");
  for (let i = 0; i + 1 < others.length; i += 2) named.set(others[i]!, literal(others[i + 1]!));
  for (const name of SPACES.split(" ")) named.set(name, " ");
  for (const name of NOTHING.split(" ")) named.set(name, "");
  return named;
}
