/**
 * `voice_settings`: of all of them the speed is the one that voices here have.
 *
 * @module
 */

import { type Message, readNumber, readObject, within } from "../fields.ts";

/** What every client may have here. ElevenLabs' own range is 0.7 to 1.2. */
const SPEED = { min: 0.5, max: 2 };

/**
 * The speaking rate; undefined where the message does not say.
 *
 * @throws {BadField}
 */
export function readSpeed(message: Message): number | undefined {
  const settings = readObject(message, "voice_settings");
  return settings && within("voice_settings", () => readNumber(settings, "speed", SPEED));
}
