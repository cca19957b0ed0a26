/**
 * Reading the bodies of `POST /tts/bytes` and `POST /tts/sse`.
 *
 * Source: `TTSGenerateParams` and `TTSGenerateSSEParams` of @cartesia/cartesia-js 4.2.0.
 *
 * @module
 */

import type { BadParameter } from "../dialect.ts";
import { attempt, bad, type Message } from "../fields.ts";
import type { VoiceNames } from "../voice_names.ts";
import { type Generation, readGeneration } from "./generation.ts";
import { readContextId } from "./inputs.ts";
import type { Container } from "./output_format.ts";

/** What is to be spoken in one answer. */
export interface SpeechRequest extends Generation {
  /** What the client calls it, if it calls it anything. */
  readonly contextId: string | undefined;
}

/** Reads a body, or says what is wrong with its first bad field. */
export function readSpeechRequest(
  body: Message,
  names: VoiceNames,
  containers: readonly Container[],
): SpeechRequest | BadParameter {
  return attempt(() => {
    const generation = readGeneration(body, names, containers);
    if (generation.transcript.trim() === "") throw bad("transcript", "is empty");
    return { ...generation, contextId: readContextId(body) };
  });
}
