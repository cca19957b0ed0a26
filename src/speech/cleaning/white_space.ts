/**
 * White space: of any kind and any amount, it is one space between words.
 *
 * @module
 */

import type { MappedText } from "./mapped_text.ts";

/** Makes each run of white space one space, and takes it out at both ends. */
export function collapseSpace(mapped: MappedText): MappedText {
  const { length } = mapped.text;
  return mapped.replace(/\s+/g, ({ 0: space, index }) => {
    if (index === 0 || index + space.length === length) return "";
    return space === " " ? undefined : " ";
  });
}
