/**
 * Text in any script -> printable ASCII, for engines that read nothing else and pass over the rest
 * in silence. Signs that have a name are named in English, since such engines speak it.
 *
 * @module
 */

import anyAscii from "any-ascii";

/** Printable ASCII and where it came from. */
export interface AsciiText {
  readonly text: string;
  /** Index in the given text of each character of `text`; never descending. */
  readonly source: Uint32Array;
}

/** One and many of each currency. The dollar is ASCII, and engines know it. */
const CURRENCIES: ReadonlyMap<string, readonly [one: string, many: string]> = new Map([
  ["€", ["euro", "euros"]],
  ["£", ["pound", "pounds"]],
  ["￡", ["pound", "pounds"]],
  ["¥", ["yen", "yen"]],
  ["￥", ["yen", "yen"]],
  ["¢", ["cent", "cents"]],
  ["₹", ["rupee", "rupees"]],
  ["₽", ["ruble", "rubles"]],
  ["₩", ["won", "won"]],
  ["₿", ["bitcoin", "bitcoins"]],
  ["₺", ["lira", "lira"]],
  ["₴", ["hryvnia", "hryvnias"]],
  ["₪", ["shekel", "shekels"]],
  ["₫", ["dong", "dong"]],
  ["₦", ["naira", "naira"]],
  ["₱", ["peso", "pesos"]],
  ["฿", ["baht", "baht"]],
  ["₸", ["tenge", "tenge"]],
]);

/** Signs that are words. */
const WORDS: ReadonlyMap<string, string> = new Map(Object.entries({
  "°": "degrees",
  "℃": "degrees Celsius",
  "℉": "degrees Fahrenheit",
  "×": "times",
  "÷": "divided by",
  "±": "plus or minus",
  "≈": "approximately",
  "≠": "is not equal to",
  "≤": "is less than or equal to",
  "≥": "is greater than or equal to",
  "∞": "infinity",
  "√": "square root of",
  "∑": "sum of",
  "∫": "integral of",
  "∈": "in",
  "→": "to",
  "⇒": "implies",
  "²": "squared",
  "³": "cubed",
  "‰": "per mille",
  "µ": "micro",
  "Ω": "ohms",
  "©": "copyright",
  "®": "registered",
  "™": "trademark",
  "§": "section",
  "¶": "paragraph",
  "№": "number",
  "♯": "sharp",
  "♭": "flat",
}));

/** Fractions; behind a number they are added to it: 1½ is "1 and one half". */
const FRACTIONS: ReadonlyMap<string, string> = new Map(Object.entries({
  "½": "one half",
  "⅓": "one third",
  "⅔": "two thirds",
  "¼": "one quarter",
  "¾": "three quarters",
  "⅛": "one eighth",
}));

/** Marks that are not what a transliteration of their shape would make of them. */
const MARKS: ReadonlyMap<string, string> = new Map(Object.entries({
  "—": " - ",
  "―": " - ",
  "−": "-",
  "•": ", ",
  "·": " ",
  "・": " ",
  "«": '"',
  "»": '"',
  "「": '"',
  "」": '"',
  "『": '"',
  "』": '"',
  "《": '"',
  "》": '"',
  "〜": "-",
  "ー": "",
  "々": "",
  "¡": "",
  "¿": "",
  "。": ". ",
  "，": ", ",
  "、": ", ",
  "！": "! ",
  "？": "? ",
  "：": ": ",
  "；": "; ",
}));

/** Names of single Greek letters: α to ω, with the second sigma. */
const GREEK = ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron " +
  "pi rho sigma sigma tau upsilon phi chi psi omega").split(" ");
const FIRST_GREEK = 0x3b1;

const ASCII = /^[\x20-\x7e]*$/;
const GREEK_WORD = /\p{Script=Greek}{2}/u;
/** An amount behind its currency's sign: the number, then perhaps its magnitude. */
const AMOUNT = /\s?(\d[\d.,]*\d|\d)(\s?(?:thousand|million|billion|trillion|bn|k|m)\b)?/y;
const SCALE = /°[CF](?![A-Za-z])/y;
const POWER = /[⁺⁻]?[⁰¹²³⁴-⁹]+/y;
const SYLLABIC = /[\p{Script=Han}\p{Script=Hangul}]/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;

/** The text as printable ASCII. */
export function toAscii(text: string): AsciiText {
  if (ASCII.test(text)) {
    const source = new Uint32Array(text.length);
    for (let i = 0; i < source.length; i++) source[i] = i;
    return { text, source };
  }
  const writer = new Writer();
  const isGreek = GREEK_WORD.test(text);
  for (let index = 0; index < text.length;) {
    const character = String.fromCodePoint(text.codePointAt(index)!);
    const taken = writeSpecial(writer, text, index, character);
    if (taken === undefined) writeCharacter(writer, index, character, isGreek);
    index += taken ?? character.length;
  }
  return writer.finish();
}

/** Writes what is read with its neighbours; returns how many units it took, if it is such a one. */
function writeSpecial(
  writer: Writer,
  text: string,
  index: number,
  character: string,
): number | undefined {
  const currency = CURRENCIES.get(character);
  if (currency !== undefined) return writeCurrency(writer, text, index, currency);
  const fraction = FRACTIONS.get(character);
  if (fraction !== undefined) {
    const isAdded = /\d\s?$/.test(text.slice(Math.max(0, index - 2), index));
    writer.word(isAdded ? `and ${fraction}` : fraction, index);
    return 1;
  }
  const scale = character === "°" ? matchAt(SCALE, text, index)?.[0] : undefined;
  if (scale !== undefined) {
    writer.word(scale === "°C" ? "degrees Celsius" : "degrees Fahrenheit", index);
    return 2;
  }
  const power = matchAt(POWER, text, index)?.[0];
  if (power === undefined || power === "²" || power === "³") return undefined;
  writer.word(powerWords(text.slice(Math.max(0, index - 2), index), power), index);
  return power.length;
}

/** `10⁻³` -> `to the minus 3`; behind a word it is no power but a note's number. */
function powerWords(before: string, power: string): string {
  const digits = anyAscii(power).replace(/^[+-]/, "");
  if (!/(?:[\d)]|^[A-Za-z]|[^A-Za-z][A-Za-z])$/.test(before)) return digits;
  return power.startsWith("⁻") ? `to the minus ${digits}` : `to the ${digits}`;
}

/** `€5 million` -> `5 million euros`, `5 €` -> `5 euros`, and a sign by itself its name. */
function writeCurrency(
  writer: Writer,
  text: string,
  index: number,
  [one, many]: readonly [string, string],
): number {
  const match = matchAt(AMOUNT, text, index + 1);
  if (match === undefined) {
    const before = text.slice(Math.max(0, index - 3), index).trimEnd();
    const isMany = /\d$/.test(before) && !/(?:^|[^\d.,])1$/.test(before);
    writer.word(isMany ? many : one, index);
    return 1;
  }
  const [amount, number, magnitude] = match;
  writer.word("", index);
  const start = index + 1 + amount.search(/\S/);
  const end = index + 1 + amount.length;
  for (let i = start; i < end; i++) writer.characters(toSpace(text.charAt(i)), i);
  writer.word(number === "1" && magnitude === undefined ? one : many, end - 1);
  return 1 + amount.length;
}

/** Writes one character by the tables or by transliteration. */
function writeCharacter(writer: Writer, index: number, character: string, isGreek: boolean): void {
  const word = WORDS.get(character) ?? (isGreek ? undefined : greekName(character));
  const mark = MARKS.get(character);
  if (word !== undefined) writer.word(word, index);
  else if (mark !== undefined) writer.characters(mark, index);
  else if (ASCII.test(character)) writer.characters(character, index);
  else if (SYLLABIC.test(character)) writeSyllable(writer, index, character);
  else if (/[\p{L}\p{M}\p{N}]/u.test(character)) writer.characters(letters(character), index);
  else if (/\p{P}/u.test(character)) writer.characters(anyAscii(character), index);
  else if (/[\s\p{S}\p{Cc}]/u.test(character)) writer.characters(" ", index);
}

/** A letter's transliteration; the apostrophes of Cyrillic's soft and hard signs are silent. */
function letters(character: string): string {
  const ascii = anyAscii(character).replace(/[^A-Za-z\d' ]/g, "");
  return CYRILLIC.test(character) ? ascii.replaceAll("'", "") : ascii;
}

/** Chinese characters are read apart from each other, Korean syllables as the words they make. */
function writeSyllable(writer: Writer, index: number, character: string): void {
  const syllable = anyAscii(character).toLowerCase().replace(/[^a-z\d]/g, "");
  if (/\p{Script=Han}/u.test(character)) writer.word(syllable, index);
  else writer.characters(syllable, index);
}

/** The name of a Greek letter that stands for itself, as in π or Δt. Else undefined. */
function greekName(character: string): string | undefined {
  return GREEK[(character.toLowerCase().codePointAt(0) ?? 0) - FIRST_GREEK];
}

function toSpace(character: string): string {
  return ASCII.test(character) ? character : " ";
}

/** What a sticky `pattern` matches at `index`. */
function matchAt(pattern: RegExp, text: string, index: number): RegExpExecArray | undefined {
  pattern.lastIndex = index;
  return pattern.exec(text) ?? undefined;
}

/** Puts characters and words together, with single spaces around the words. */
class Writer {
  readonly #characters: string[] = [];
  /** The last character; a space at the beginning, where none is wanted either. */
  #last = " ";
  readonly #source: number[] = [];
  /** Set behind a word, until what comes next shows whether a space is needed. */
  #afterWord = false;

  /** Adds characters that all come from the unit at `index`. */
  characters(characters: string, index: number): void {
    for (const character of characters) {
      if (this.#afterWord && /[A-Za-z\d"([$&]/.test(character)) this.#add(" ", index);
      this.#afterWord = false;
      this.#add(character, index);
    }
  }

  /** Adds a word, apart from what is before and after it; the empty word only parts them. */
  word(word: string, index: number): void {
    if (!/[([{"'/-]/.test(this.#last)) this.#add(" ", index);
    this.#afterWord = false;
    for (const character of word) this.#add(character, index);
    this.#afterWord = word !== "";
  }

  finish(): AsciiText {
    const text = this.#characters.join("").trimEnd();
    return { text, source: Uint32Array.from(this.#source.slice(0, text.length)) };
  }

  /** A space after a space, or at the beginning, is left out. */
  #add(character: string, index: number): void {
    if (character === " " && this.#last === " ") return;
    if (!ASCII.test(character)) return;
    this.#characters.push(character);
    this.#last = character;
    this.#source.push(index);
  }
}
