/**
 * Characters that have no shape, and so no sound.
 *
 * @module
 */

import type { MappedText } from "./mapped_text.ts";

/**
 * Terminal colour codes; controls; format characters but for the joiners (see below) and the few
 * of Arabic and Kaithi that are drawn; fillers; object replacements; private use; lone surrogates.
 */
const INVISIBLE = new RegExp(
  [
    String.raw`\x1b\[[\d;]*[A-Za-z]`,
    String.raw`(?![\t\n\r])\p{Cc}`,
    String
      .raw`(?![\u200C\u200D\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}])\p{Cf}`,
    String.raw`[\u2028\u2029\u034F\u115F\u1160\u2800\u3164\uFFA0\uFFFC\uFFFD]`,
    String.raw`\p{Co}`,
    String.raw`\p{Cs}`,
  ].join("|"),
  "gu",
);
const LINE_BREAK = /[\v\f\x85\u2028\u2029]/;
const CONTROL = /\p{Cc}/u;

/** Scripts in which a joiner or non-joiner tells words apart, such as Persian and Hindi. */
const JOINING = String.raw`\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}` +
  ["Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada"]
    .concat(["Malayalam", "Sinhala", "Khmer", "Myanmar"])
    .map((script) => String.raw`\p{Script=${script}}`).join("");
const PICTOGRAPH = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}`;
const STRAY_JOINER = new RegExp(
  String.raw`(?<![${JOINING}${PICTOGRAPH}\uFE0F])[\u200C\u200D]|` +
    String.raw`[\u200C\u200D](?![${JOINING}${PICTOGRAPH}])`,
  "gu",
);

/** Takes out what cannot be seen; a control becomes a space, since it may stand for one. */
export function removeInvisible(text: MappedText): MappedText {
  return text.replace(INVISIBLE, ([found]) => {
    if (LINE_BREAK.test(found)) return "\n";
    return found.length === 1 && CONTROL.test(found) ? " " : "";
  });
}

/**
 * Takes out zero-width joiners that join nothing. Runs after the emoji are gone, whose sequences
 * need them; those inside a word of a script that is written with them stay.
 */
export function removeStrayJoiners(text: MappedText): MappedText {
  return text.replace(STRAY_JOINER, () => "");
}
