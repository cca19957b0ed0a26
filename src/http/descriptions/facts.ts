/**
 * What a description needs to know of the server that it describes.
 *
 * @module
 */

import type { SessionLimits } from "../../speech/limits.ts";
import type { Lead } from "../../speech/types.ts";

/**
 * Facts of the running configuration. The descriptions are for everyone, so nothing is among them that
 * takes a key to learn: no voices, no names of `VOICE_MAP`.
 */
export interface Facts {
  readonly limits: SessionLimits;
  /** For clients of our own protocol that choose none. */
  readonly defaultLead: Lead;
}
