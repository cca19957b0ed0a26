/**
 * How loud the room is when nobody speaks.
 *
 * @module
 */

/** The lowest that counts, in dB of full scale. */
const LOWEST_DB = -70;

/** Time at first that is taken for the room's noise, in ms. */
const LEARN_MS = 200;

/** How fast it follows a quieter room (share of the way per frame), and a louder one (dB per ms). */
const FALL = 0.2;
const RISE_DB_PER_MS = 0.003;

/** Follows the quietest moments: also speech has them, between its words. */
export class NoiseFloor {
  #db = LOWEST_DB;
  #learnedMs = 0;

  /** dB of full scale. */
  get db(): number {
    return this.#db;
  }

  /** Takes in a frame of that level, `ms` after the last one. */
  update(levelDb: number, ms: number): void {
    this.#db = Math.max(LOWEST_DB, this.#learnedMs < LEARN_MS ? levelDb : this.#next(levelDb, ms));
    this.#learnedMs += ms;
  }

  #next(levelDb: number, ms: number): number {
    if (levelDb < this.#db) return this.#db + FALL * (levelDb - this.#db);
    return Math.min(levelDb, this.#db + RISE_DB_PER_MS * ms);
  }
}
