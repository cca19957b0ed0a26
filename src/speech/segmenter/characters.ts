/**
 * What single UTF-16 code units mean to the segmenter.
 *
 * @module
 */

/** Nothing to decide here: the scanner runs over it. */
export const PLAIN = 0;
/** A place to take breath: `,` and dashes. Next to PLAIN, to be run over in one comparison too. */
export const CLAUSE = 1;
/** A stop that needs what follows it: `.` `!` `?` `…` and their like. */
export const STOP = 2;
/** A stop of a script that writes no space after it: 。 ！ ？ and their like. */
export const FULL_STOP = 3;
/** `;` and `:`, which are clause marks in most scripts and stops in Greek and Armenian. */
export const COLON = 4;
export const NEWLINE = 5;
/** Brackets and quotes that tell their direction, and the straight double quote. */
export const BRACKET = 6;
/** A sign that begins a list item. */
export const BULLET = 7;

/** Quotes and brackets by pairs: opener, closer. */
export const PAIRS = "()[]{}“”«»‹›「」『』《》〈〉【】〔〕（）［］｛｝｢｣";
const OPENERS = new Set([...PAIRS].filter((_, index) => index % 2 === 0).join("") + "„‚‘¿¡");
const CLOSERS = new Set([...PAIRS].filter((_, index) => index % 2 === 1).join("") + "\"'’*_`");

const CLASS_MEMBERS: readonly (readonly [number, string])[] = [
  [STOP, ".!?…‼⁇⁈⁉؟۔．"],
  [FULL_STOP, "。！？｡︒।॥။።፧፨։។៕།᙮᠃᠉"],
  [CLAUSE, ",—–،؛、，；：﹐､᠂፣၊"],
  [COLON, ";:\u037e"],
  [NEWLINE, "\n\r\f\v\u2028\u2029"],
  [BRACKET, PAIRS + '„"'],
  [BULLET, "•⁃‣◦▪●○■□✓✔→"],
];

/** The class of every UTF-16 code unit, never written after this line. */
export const CLASSES: Readonly<Uint8Array> = classTable();

function classTable(): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (const [value, members] of CLASS_MEMBERS) {
    for (let index = 0; index < members.length; index++) table[members.charCodeAt(index)] = value;
  }
  return table;
}

/** White space as `String.prototype.trim` sees it, so that a trimmed piece is trimmed to all. */
export function isWhite(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d);
  if (code < 0xa0) return false;
  return code === 0xa0 || code === 0x1680 || (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 || code === 0x2029 || code === 0x202f || code === 0x205f ||
    code === 0x3000 || code === 0xfeff;
}

export function isDigit(code: number): boolean {
  if (code < 0x80) return code >= 0x30 && code <= 0x39;
  return (code >= 0xff10 && code <= 0xff19) || /\p{Nd}/u.test(String.fromCharCode(code));
}

export function isUpper(code: number): boolean {
  if (code < 0x80) return code >= 0x41 && code <= 0x5a;
  if (isCyrillic(code)) return code < 0x430;
  return /\p{Lu}/u.test(String.fromCharCode(code));
}

export function isLower(code: number): boolean {
  if (code < 0x80) return code >= 0x61 && code <= 0x7a;
  if (isCyrillic(code)) return code >= 0x430;
  return /\p{Ll}/u.test(String.fromCharCode(code));
}

/** The letters of Russian and its neighbours, told without the slower general way. */
function isCyrillic(code: number): boolean {
  return code >= 0x400 && code <= 0x45f;
}

function isHan(code: number): boolean {
  return code >= 0x3400 && code <= 0x9fff && !(code >= 0x4dc0 && code <= 0x4dff);
}

/** Letters of any script and the marks that belong to them. */
export function isLetter(code: number): boolean {
  if (code < 0x80) return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
  if (isCyrillic(code) || isHan(code)) return true;
  return /[\p{L}\p{M}]/u.test(String.fromCharCode(code));
}

/** Han, kana, Hangul: scripts that write on after a stop without a space. */
export function isEastAsian(code: number): boolean {
  return (code >= 0x3040 && code <= 0x30ff) || (code >= 0x3400 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xff66 && code <= 0xff9f);
}

export function isHiragana(code: number): boolean {
  return code >= 0x3041 && code <= 0x309f;
}

/** May stand before a word as its quote or bracket. */
export function isOpener(code: number): boolean {
  return code === 0x22 || code === 0x27 || OPENERS.has(String.fromCharCode(code));
}

/** May stand after a stop and still belong to its sentence; Markdown emphasis does too. */
export function isCloser(code: number): boolean {
  if (code < 0x80) {
    return code === 0x22 || code === 0x27 || code === 0x29 || code === 0x5d || code === 0x7d ||
      code === 0x2a || code === 0x5f || code === 0x60;
  }
  return CLOSERS.has(String.fromCharCode(code));
}

/** A part of an emoji, which belongs to the stop that it is glued to. */
export function isEmoji(code: number): boolean {
  return (code >= 0xd83c && code <= 0xd83e) || (code >= 0xdc00 && code <= 0xdfff) ||
    code === 0x200d || code === 0xfe0f || (code >= 0x2600 && code <= 0x27bf);
}

/** `-`, en and em dash, horizontal bar. */
export function isDash(code: number): boolean {
  return code === 0x2d || (code >= 0x2010 && code <= 0x2015);
}

/** The longest run of white space that may lie inside a sentence, characters. */
const LONGEST_GAP = 64;

/** {@linkcode gapEnd}: the gap is a blank line, or as wide as one. */
export const PARAGRAPH = -1;

/**
 * The first index in `[from, end]` that is not white space, or {@linkcode PARAGRAPH}.
 * The bound on the width keeps what must be buffered and looked at again finite.
 */
export function gapEnd(text: string, from: number, end: number): number {
  let lines = 0;
  let index = from;
  for (; index < end; index++) {
    const code = text.charCodeAt(index);
    if (!isWhite(code)) return index;
    if (code === 0x2029) return PARAGRAPH;
    // "\r\n" is one line break, counted at its second half.
    if (code === 0x0d ? text.charCodeAt(index + 1) !== 0x0a : CLASSES[code] === NEWLINE) lines++;
    if (lines > 1 || index - from >= LONGEST_GAP) return PARAGRAPH;
  }
  return index;
}
