/**
 * A voice, as Deepgram's clients are told of it.
 *
 * @module
 */

/** Who speaks. */
export interface Model {
  /** Id of one of our voices. */
  readonly name: string;
  readonly version: string;
  /** The same for a voice of that name everywhere. */
  readonly uuid: string;
}
