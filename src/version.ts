/**
 * Which Syrinx this is; the same as in `deno.json`.
 *
 * @module
 */

/** Semantic version. */
export const VERSION = "0.1.0";
