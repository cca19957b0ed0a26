/**
 * How loud the room is when nobody speaks.
 *
 * @module
 */

/** The floor before anything is known, and the lowest that counts, in dB of full scale. */
const INITIAL_DB = -55;
const LOWEST_DB = -70;

/** How fast it follows a quieter room (share of the way per frame), and a louder one (dB per ms). */
const FALL = 0.2;
const RISE_DB_PER_MS = 0.003;

/** Follows the quietest moments. */
export class NoiseFloor {
  #db = INITIAL_DB;

  /** dB of full scale. */
  get db(): number {
    return this.#db;
  }

  /** Takes in a frame of that level, `ms` after the last one. */
  update(levelDb: number, ms: number): void {
    const next = levelDb < this.#db
      ? this.#db + FALL * (levelDb - this.#db)
      : Math.min(levelDb, this.#db + RISE_DB_PER_MS * ms);
    this.#db = Math.max(LOWEST_DB, next);
  }
}
