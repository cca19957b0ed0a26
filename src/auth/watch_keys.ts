/**
 * The key file as it is now, and again whenever it changes.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";
import { parseKeys } from "./key_file.ts";
import type { StoredKey } from "./keys.ts";

/** Options of {@linkcode KeyFileWatch}. */
export interface KeyFileWatchOptions {
  readonly clock: Clock;
  /** Gives the text of the file; may throw. */
  readonly read: () => string;
  /** The file has other keys than before. */
  readonly onKeys: (keys: readonly StoredKey[]) => void;
  /** The file cannot be used; the keys stay as they were. Told once for each state of the file. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Time between looks at the file, in ms. Its text is compared, and not its date: a file may be replaced
 * by a link to another one.
 */
const PERIOD_MS = 5_000;

/** Looks at the file. */
export class KeyFileWatch {
  readonly #options: KeyFileWatchOptions;
  #text: string | undefined;
  #problem: string | undefined;
  #cancel: CancelTimer | undefined;

  constructor(options: KeyFileWatchOptions) {
    this.#options = options;
  }

  /** The keys now, before any watching. Throws what is wrong with the file. */
  load(): readonly StoredKey[] {
    const text = this.#options.read();
    const keys = parseKeys(text);
    this.#text = text;
    return keys;
  }

  /** Begins to look. */
  start(): void {
    this.#cancel ??= this.#options.clock.every(PERIOD_MS, () => this.reload());
  }

  /** Ends it. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Looks now. */
  reload(): void {
    try {
      const before = this.#text;
      const keys = this.load();
      this.#problem = undefined;
      if (this.#text !== before) this.#options.onKeys(keys);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#problem) this.#options.onProblem(problem);
      this.#problem = problem;
    }
  }
}
