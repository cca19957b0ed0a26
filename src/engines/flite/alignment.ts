/**
 * From when each phone of a sentence is heard to when each of its words is.
 *
 * @module
 */

/** A phone of a sentence. */
export interface Phone {
  readonly name: string;
  /** Where it begins in the sentence's audio, in ms. */
  readonly startMs: number;
  /** Where it ends. */
  readonly endMs: number;
}

/** A stretch of audio, in ms. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** Cost of a phone that only one side has. */
const UNPAIRED = 1;
/** Cost of pairing two vowels, or two consonants, that differ: reduced vowels, flapped t, ... */
const SIMILAR = 0.6;
/** Cost of pairing a vowel with a consonant. */
const DIFFERENT = 1.6;

/** Vowels of the CMU phone set as flite writes it. */
const VOWEL = /^[aeiou]/;

/**
 * The words' stretches. The phones of the words by themselves are matched with those of the
 * sentence at the least cost (edit distance), since the two differ: "the" before a vowel, "a" in a
 * sentence, a year among numbers.
 *
 * @param phones those of the sentence without silences, in order.
 * @param words the phones of each word by itself; none for one that is not heard.
 * @returns for each word its stretch; in order, never overlapping, an unheard one of length 0.
 */
export function alignWords(
  phones: readonly Phone[],
  words: readonly (readonly string[])[],
): Span[] {
  const owners = ownersOf(phones, words);
  const spans: Span[] = [];
  let at = 0;
  let reached = 0;
  for (let word = 0; word < words.length; word++) {
    const first = phones[at];
    const isHeard = first !== undefined && owners[at] === word;
    const startMs = isHeard ? Math.max(reached, first.startMs) : reached;
    while (at < phones.length && owners[at] === word) {
      reached = Math.max(reached, phones[at]!.endMs);
      at++;
    }
    spans.push({ startMs, endMs: Math.max(startMs, reached) });
  }
  return spans;
}

/** For each phone of the sentence the index of its word; never descending. */
function ownersOf(phones: readonly Phone[], words: readonly (readonly string[])[]): number[] {
  const expected = words.flatMap((names, word) => names.map((name) => ({ name, word })));
  const pairs = cheapestPairs(phones.map((phone) => phone.name), expected.map(({ name }) => name));
  const owners: number[] = [];
  let last = -1;
  for (let i = 0; i < phones.length; i++) {
    const pair = pairs[i];
    if (pair !== undefined) {
      last = expected[pair]!.word;
    } else {
      // A phone too many belongs to a word that lacks all of its own, if one stands here, ...
      const next = pairs.slice(i).find((pair) => pair !== undefined);
      const nextWord = next === undefined ? words.length : expected[next]!.word;
      if (last === -1) last = nextWord === words.length ? 0 : nextWord;
      // ... else to the word before, e.g. the "s" of a plural that it lacks by itself.
      else if (last + 1 < nextWord && words[last]!.length > 0) last++;
    }
    owners.push(last);
  }
  return owners;
}

/** For each element of `left` the index of its partner in `right`, if it has one. */
function cheapestPairs(left: readonly string[], right: readonly string[]): (number | undefined)[] {
  const width = right.length + 1;
  // costs[i * width + j]: the first i of `left` against the first j of `right`.
  const costs = new Float64Array((left.length + 1) * width);
  for (let j = 1; j < width; j++) costs[j] = j * UNPAIRED;
  for (let i = 1; i <= left.length; i++) {
    costs[i * width] = i * UNPAIRED;
    for (let j = 1; j < width; j++) {
      costs[i * width + j] = Math.min(
        costs[(i - 1) * width + j - 1]! + pairCost(left[i - 1]!, right[j - 1]!),
        costs[(i - 1) * width + j]! + UNPAIRED,
        costs[i * width + j - 1]! + UNPAIRED,
      );
    }
  }
  const pairs: (number | undefined)[] = new Array(left.length).fill(undefined);
  for (let i = left.length, j = right.length; i > 0 && j > 0;) {
    const here = costs[i * width + j]!;
    if (here === costs[(i - 1) * width + j - 1]! + pairCost(left[i - 1]!, right[j - 1]!)) {
      pairs[--i] = --j;
    } else if (here === costs[(i - 1) * width + j]! + UNPAIRED) {
      i--;
    } else {
      j--;
    }
  }
  return pairs;
}

function pairCost(a: string, b: string): number {
  if (a === b) return 0;
  return VOWEL.test(a) === VOWEL.test(b) ? SIMILAR : DIFFERENT;
}
