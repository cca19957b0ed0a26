/**
 * How flite pronounces words by themselves, remembered.
 *
 * @module
 */

import type { FliteProgram } from "./program.ts";

/** Words remembered: more than most people use in a week; some 300 bytes each. */
const CAPACITY = 8_192;

const WORDS_FILE = "words.txt";

/**
 * Only phones are wanted and the audio is thrown away, so words are spoken by the cheapest voice,
 * fifty times as fast as it would: 0.1 ms a word instead of 0.7.
 */
const ARGS = ["-ps", "-voice", "kal", "--setf", "duration_stretch=0.02", "-f", WORDS_FILE, "none"];

/** The phones of a silence. */
const SILENCE = "pau";

/** Looks up the phones of words and remembers those asked for last. */
export class WordPhones {
  readonly #program: FliteProgram;
  readonly #capacity: number;
  /** From longest unused to last used. */
  readonly #known = new Map<string, readonly string[]>();

  /** @param capacity words remembered. */
  constructor(program: FliteProgram, capacity = CAPACITY) {
    this.#program = program;
    this.#capacity = capacity;
  }

  /** Number of words remembered. */
  get size(): number {
    return this.#known.size;
  }

  /**
   * The phones of each word, e.g. `["w", "er", "d"]`; silences left out, so that a word of nothing
   * but punctuation has none.
   *
   * @param words printable ASCII.
   * @throws {Error} if flite fails on one of them.
   */
  of(words: readonly string[]): (readonly string[])[] {
    const keys = words.map(keyOf);
    const found = new Map<string, readonly string[]>();
    const unknown = new Set<string>();
    for (const key of keys) {
      const phones = this.#known.get(key);
      if (phones === undefined) {
        unknown.add(key);
      } else {
        found.set(key, phones);
        this.#remember(key, phones);
      }
    }
    for (const [key, phones] of this.#lookUp([...unknown])) {
      found.set(key, phones);
      this.#remember(key, phones);
    }
    return keys.map((key) => found.get(key)!);
  }

  #remember(key: string, phones: readonly string[]): void {
    this.#known.delete(key);
    this.#known.set(key, phones);
    if (this.#known.size <= this.#capacity) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest!);
  }

  #lookUp(keys: readonly string[]): [string, readonly string[]][] {
    const readable = keys.filter((key) => key !== "");
    const silent = keys.filter((key) => key === "").map((key): [string, string[]] => [key, []]);
    if (readable.length === 0) return silent;
    // An empty line ends an utterance, and each utterance is printed as one line.
    const { printed } = this.#program.run(ARGS, { [WORDS_FILE]: readable.join("\n\n") + "\n" });
    const lines = printed.trimEnd().split("\n");
    if (lines.length === readable.length) {
      return [
        ...readable.map((key, index): [string, string[]] => [key, phonesIn(lines[index]!)]),
        ...silent,
      ];
    }
    // One of them was taken for several utterances: each by itself, then, whatever its lines.
    if (readable.length === 1) return [[readable[0]!, phonesIn(lines.join(" "))], ...silent];
    return [...readable.flatMap((key) => this.#lookUp([key])), ...silent];
  }
}

/** The word without punctuation that makes no difference: fewer words to look up. */
function keyOf(word: string): string {
  const bare = word.replace(/^["'([{]+/, "").replace(/["')\]},;:!?]+$/, "");
  // A full stop can belong to the word ("Dr.", "U.S."), hardly to a longer one in small letters.
  return /^[a-z]{4,}\.$/.test(bare) ? bare.slice(0, -1) : bare;
}

function phonesIn(line: string): string[] {
  return line.split(" ").filter((phone) => phone !== "" && phone !== SILENCE);
}
