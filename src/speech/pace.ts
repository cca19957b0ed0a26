/**
 * How a lead becomes messages: their length, and how late they may be.
 *
 * @module
 */

import type { Lead } from "./types.ts";

/**
 * What a player's own buffer hides, in ms. A lead below it leaves no time to be late by a tick, and
 * without this every tick's lateness would add up and be told as a gap.
 */
const JITTER_MS = 20;

/**
 * The part of the lead that a message may use: the rest is what the listener's buffer never falls below.
 * With many listeners messages are longer, so that they are fewer: each costs about the same, whatever
 * its length.
 */
const LEAD_SHARE = 1 / 3;
const CROWDED_LEAD_SHARE = 2 / 3;

/** Sessions of one server that are being spoken to and are a crowd. */
const CROWD = 500;

/** What is sent of unpaced audio as soon as that of others, in ms ahead of real time: about their lead. */
const UNPACED_LEAD_MS = 300;

/** Whether audio that is sent now could wait for that of others. */
export function canWait(lead: Lead, aheadMs: number): boolean {
  return lead === "unpaced" && aheadMs >= UNPACED_LEAD_MS;
}

/** Audio that a message may hold, in ms, while so many are being spoken to. */
export function longestMessageMs(lead: Lead, listeners: number): number {
  if (lead === "unpaced") return Infinity;
  return lead * (listeners < CROWD ? LEAD_SHARE : CROWDED_LEAD_SHARE);
}

/** How late audio may come without being heard as a gap, in ms. */
export function toleranceMs(lead: Lead): number {
  return lead !== "unpaced" && lead < JITTER_MS ? JITTER_MS : 0;
}
