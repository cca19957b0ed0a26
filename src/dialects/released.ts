/**
 * When what this server offers came to be, for the lists of vendors that tell it. A constant: clients
 * that compare lists must not find another one after a restart, or on another server of a fleet.
 *
 * @module
 */

/** The day of this version. */
export const RELEASED_AT = new Date("2026-11-25T00:00:00Z");
