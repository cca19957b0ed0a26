/**
 * Reading the body of `POST /v1/audio/speech`.
 *
 * Source: OpenAI's API reference, "Create speech"; `SpeechCreateParams` of its SDK.
 *
 * @module
 */

import type { BadParameter } from "../dialect.ts";
import { attempt, bad, type Message, readChoice, readString, required } from "../fields.ts";
import type { VoiceNames } from "../voice_names.ts";
import { readSpeed, readVoice } from "./voice.ts";

/** Files that an answer can be. OpenAI has AAC too; there is no encoder for it here. */
const FORMATS = ["mp3", "opus", "flac", "wav", "pcm"] as const;

/** Name of a file format. */
export type SpeechFormat = typeof FORMATS[number];

/** What is to be said, and how. */
export interface SpeechRequest {
  readonly text: string;
  /** Id of one of our voices. */
  readonly voice: string;
  readonly speed: number;
  readonly format: SpeechFormat;
  /** Whether the audio comes in server-sent events, and not by itself. */
  readonly inEvents: boolean;
}

/** Characters that OpenAI takes (API reference, "Create speech": input). */
const MAX_CHARACTERS = 4_096;

/**
 * Reads the body, or says what is wrong with its first bad field. `model` may have any name, since
 * there is one engine; `instructions` have no effect.
 */
export function readSpeechRequest(
  body: Message,
  names: VoiceNames,
): SpeechRequest | BadParameter {
  return attempt(() => {
    readString(body, "model");
    return {
      text: readInput(body),
      voice: readVoice(body, names)?.id ?? names.defaultVoice,
      speed: readSpeed(body) ?? 1,
      format: readFormat(body),
      inEvents: readChoice(body, "stream_format", ["audio", "sse"]) === "sse",
    };
  });
}

function readInput(body: Message): string {
  const text = required(readString(body, "input", MAX_CHARACTERS), "input");
  if (text.trim() === "") throw bad("input", "must have something to say");
  return text;
}

function readFormat(body: Message): SpeechFormat {
  if (body.response_format === "aac") {
    throw bad("response_format", "cannot be aac: there is no encoder for it here", FORMATS);
  }
  return readChoice(body, "response_format", FORMATS) ?? "mp3";
}
