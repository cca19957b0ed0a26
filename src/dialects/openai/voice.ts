/**
 * Reading which voice is wanted, and how fast it is to speak.
 *
 * @module
 */

import { bad, isObject, type Message } from "../fields.ts";
import { isSpeed, SPEED_ALLOWED } from "../native_settings.ts";
import type { VoiceNames } from "../voice_names.ts";

/** A voice. */
export interface WantedVoice {
  /** As the client calls it. */
  readonly name: string;
  /** As we call it. */
  readonly id: string;
}

/** Reads `voice`, a name or `{id}`. */
export function readVoice({ voice }: Message, names: VoiceNames): WantedVoice | undefined {
  if (voice === undefined || voice === null) return undefined;
  const name = isObject(voice) ? voice.id : voice;
  if (typeof name !== "string") throw bad("voice", "must be a string, or an object with id");
  const id = names.find(name);
  if (id !== undefined) return { name, id };
  throw bad("voice", `cannot be ${JSON.stringify(name)}`, names.names);
}

/** Reads `speed`. OpenAI's range is 0.25 to 4, and 1.5 in Realtime; here all clients have the same. */
export function readSpeed({ speed }: Message): number | undefined {
  if (speed === undefined || speed === null) return undefined;
  if (isSpeed(speed)) return speed;
  throw bad("speed", `must be ${SPEED_ALLOWED}`);
}
