/**
 * What a page asks its audio thread for.
 *
 * @module
 */

/** Name of the processor. */
export const VOICE_PROCESSOR = "syrinx-voice";
