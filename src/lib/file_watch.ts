/**
 * Files as they are now, and again whenever they change.
 *
 * @module
 */

import type { CancelTimer, Clock } from "./clock.ts";

/** Options of {@linkcode FileWatch}. */
export interface FileWatchOptions<T> {
  readonly clock: Clock;
  /** Gives the texts of the files; may throw. */
  readonly read: () => readonly string[];
  /** What the texts say; throws what is wrong with them. */
  readonly parse: (texts: readonly string[]) => T;
  /** The files say something else than before; may throw that it is of no use. */
  readonly onChange: (value: T) => void;
  /** The files cannot be used; all stays as it was. Told once for each state of the files. */
  readonly onProblem: (problem: string) => void;
}

/**
 * Time between looks at the files, in ms. Their texts are compared, and not their dates: a file may be
 * replaced by a link to another one.
 */
const PERIOD_MS = 5_000;

/** Looks at the files. */
export class FileWatch<T> {
  readonly #options: FileWatchOptions<T>;
  #texts: readonly string[] = [];
  #problem: string | undefined;
  #cancel: CancelTimer | undefined;

  constructor(options: FileWatchOptions<T>) {
    this.#options = options;
  }

  /** What they say now, before any watching. Throws what is wrong with them. */
  load(): T {
    const { read, parse } = this.#options;
    const texts = read();
    const value = parse(texts);
    this.#texts = texts;
    return value;
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
    const { onChange, onProblem } = this.#options;
    const before = this.#texts;
    try {
      const value = this.load();
      if (this.#texts.some((text, index) => text !== before[index])) onChange(value);
      this.#problem = undefined;
    } catch (error) {
      this.#texts = before;
      const problem = error instanceof Error ? error.message : String(error);
      if (problem !== this.#problem) onProblem(problem);
      this.#problem = problem;
    }
  }
}
