/**
 * Our voices as Deepgram's models.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { Model } from "../../../dialects/deepgram/model.ts";

/** Voices have no versions of their own. */
const VERSION = "syrinx";

/** The voice of that id. */
export function modelOf(voice: string): Model {
  return { name: voice, version: VERSION, uuid: uuidOf(`deepgram model ${voice}`) };
}

/** Of version 8, which is for whatever is made in a way of one's own (RFC 9562, 5.8). */
function uuidOf(name: string): string {
  const hex = createHash("sha256").update(name).digest("hex");
  const variant = "89ab"[parseInt(hex[16]!, 16) % 4]!;
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}
