/**
 * Texts that kill engines. Whoever sends one again is told no before another thread is lost.
 *
 * @module
 */

import { createHash } from "node:crypto";

/** Deaths after which a text is not spoken any more. */
const MAX_DEATHS = 2;

/** Texts remembered; the one that killed longest ago is forgotten. */
const MAX_TEXTS = 1_000;

/** An engine was lost over a sentence: its thread died, or its program trapped. */
export class EngineLost extends Error {
  override readonly name = "EngineLost";
}

/** Remembers hashes: what a text says is nobody's business here. */
export class Poison {
  readonly #deaths = new Map<string, number>();

  /**
   * @throws {Error} if the text has killed too often; it names the text's hash.
   */
  check(text: string): void {
    // Almost always there is nothing to compare with, and then nothing is hashed.
    if (this.#deaths.size === 0) return;
    const hash = hashOf(text);
    if ((this.#deaths.get(hash) ?? 0) < MAX_DEATHS) return;
    throw new Error(
      `the engine was lost ${MAX_DEATHS} times over this text, which is not spoken any more ` +
        `(SHA-256 ${hash})`,
    );
  }

  /** Notes that an engine was lost over a text. Returns its hash when that makes it poison. */
  note(text: string): string | undefined {
    const hash = hashOf(text);
    const deaths = (this.#deaths.get(hash) ?? 0) + 1;
    this.#deaths.delete(hash);
    this.#deaths.set(hash, deaths);
    if (this.#deaths.size > MAX_TEXTS) {
      const [oldest] = this.#deaths.keys();
      this.#deaths.delete(oldest!);
    }
    return deaths === MAX_DEATHS ? hash : undefined;
  }
}

/** Hexadecimal, 64 bits: enough to find it again in a log. */
function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
