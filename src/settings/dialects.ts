/**
 * How the clients of other vendors are served.
 *
 * @module
 */

import { choice, flag, integer, pairs } from "../lib/setting.ts";

/** By key; the flag has the key's name. */
export const dialectsSettings = {
  voiceMap: pairs({
    env: "VOICE_MAP",
    description: "Names of other vendors' voices and the voices here that speak for them.",
    allowed: "NAME=VOICE, separated by commas, each name once",
  }),
  unknownVoice: choice({
    env: "UNKNOWN_VOICE",
    description: "What happens when another vendor's client names a voice that is not known: " +
      "the default voice speaks, or the client gets an error.",
    choices: ["default", "error"],
    fallback: "default",
  }),
  dialectLeadMs: integer({
    env: "DIALECT_LEAD_MS",
    description: "Audio sent ahead of real time to clients of other vendors, in ms.",
    min: 0,
    max: 600_000,
    fallback: 5_000,
  }),
  newContextInterrupts: flag({
    env: "NEW_CONTEXT_INTERRUPTS",
    description: "Whether a new context of a connection stops the ones before it, " +
      "for clients that never say that they were interrupted.",
    fallback: false,
  }),
};
