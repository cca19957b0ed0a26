/**
 * Reading requests for speech over HTTP: `POST /v1/text-to-speech/{voice_id}` and what is below it.
 *
 * Source: `BodyTextToSpeechFull` of @elevenlabs/elevenlabs-js 2.73.0. Whatever is not read here,
 * `model_id` and `seed` among it, has no meaning for the voices here.
 *
 * @module
 */

import { attempt, bad, type Message, readString, required } from "../fields.ts";
import type { BadParameter } from "../dialect.ts";
import { readSpeed } from "./voice_settings.ts";

/** What is to be said. */
export interface SpeechRequest {
  readonly text: string;
  readonly speed: number;
}

/** Reads the body. */
export function readSpeechRequest(body: Message): SpeechRequest | BadParameter {
  return attempt(() => {
    const text = required(readString(body, "text"), "text");
    if (text.trim() === "") throw bad("text", "must have something to say in it");
    return { text, speed: readSpeed(body) ?? 1 };
  });
}
