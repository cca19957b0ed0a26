/**
 * What a page and the thread that listens to its microphone tell each other.
 *
 * @module
 */

/**
 * What is heard of the listener: `suspected` is what may be speech; it becomes `speaking` when it is,
 * and `quiet` again when it was a cough.
 */
export type VoiceState = "quiet" | "suspected" | "speaking";

/** How easily something counts as speech. */
export interface VoiceSettings {
  /** 0 (only loud speech nearby) to 1 (a whisper). */
  readonly sensitivity: number;
  /** Shorter speech does not interrupt, in ms. */
  readonly minSpeechMs: number;
}

/** From the listening thread to the page. */
export type FromListener =
  | { readonly type: "state"; readonly state: VoiceState }
  /** The loudest since the last such message, and what would count as loud, in dB of full scale. */
  | { readonly type: "level"; readonly db: number; readonly thresholdDb: number };
