/**
 * Raw URLs. Read out in full they are noise, so the host is all that is said: of
 * `https://www.example.com/a/b?x=1` it is `example.com`, of `http://localhost:3000/` it is
 * `localhost:3000` (a port is written because it matters). Addresses without `//` or `www.`, such
 * as `example.com/a`, and e-mail addresses are said as they are.
 *
 * @module
 */

import { noteCutUrl } from "./cut_urls.ts";
import { literalRange } from "./literal.ts";
import { type Edit, type MappedText, remove } from "./mapped_text.ts";
import type { CleaningState } from "./rule.ts";

/** Ends at white space, quotes, brackets and the punctuation of Chinese and Japanese. */
const URL =
  /\b(?:(?:https?|ftp|wss?):\/\/|www\.)[^\s<>"`|{}\\^[\]\u2018-\u201F\u3000-\u303F\uFF00-\uFF20]+/giu;
const SCHEME = /^[a-z]+:\/\//i;
/** Marks that end the sentence, or mark-up around the URL, rather than the URL. */
const TRAILING = /[.,:;!?'*_~…]/;
const MAILTO = /\bmailto:(?=[^\s@:]{1,64}@)/gi;

/** Leaves of each URL its host, and takes `mailto:` off addresses. */
export function shortenUrls(mapped: MappedText, state: CleaningState): MappedText {
  return mapped.replace(URL, ({ 0: match, index }) => {
    const end = index + trimmedLength(match);
    const url = mapped.text.slice(index, end);
    if (index + match.length === mapped.text.length) noteCutUrl(state, "raw", match.length);
    const authorityStart = SCHEME.exec(url)?.[0].length ?? 0;
    const pathStart = url.slice(authorityStart).search(/[/?#]/);
    const hostEnd = pathStart < 0 ? url.length : authorityStart + pathStart;
    const authority = url.slice(authorityStart, hostEnd);
    const user = authority.lastIndexOf("@") + 1;
    const www = /^www\.(?=[^.]+\.)/i.test(authority.slice(user)) ? 4 : 0;
    const hostStart = authorityStart + user + www;
    if (hostStart >= hostEnd) return undefined;
    return [remove(index, index + hostStart), remove(index + hostEnd, end)];
  }).replace(MAILTO, () => "");
}

/** Makes URLs literal, so their `_` and `*` are not taken for mark-up. */
export function protectUrls(mapped: MappedText): MappedText {
  return mapped.replace(URL, ({ 0: match, index }): Edit => {
    return literalRange(mapped.text, index, index + trimmedLength(match));
  });
}

/** Length without what clings to the URL's end; a `)` clings if it was not opened inside. */
function trimmedLength(url: string): number {
  let unopened = 0;
  for (const character of url) unopened += character === ")" ? 1 : character === "(" ? -1 : 0;
  let length = url.length;
  for (; length > 0; length--) {
    const last = url.charAt(length - 1);
    if (last === ")" && unopened > 0) unopened--;
    else if (!TRAILING.test(last)) break;
  }
  return length;
}
