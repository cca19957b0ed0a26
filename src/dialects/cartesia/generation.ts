/**
 * Reading what is to be spoken, and how: the fields that all of Cartesia's endpoints share.
 *
 * Source: `GenerationRequest`, `TTSGenerateParams` and `TTSGenerateSSEParams` of @cartesia/cartesia-js
 * 4.2.0; for older names Cartesia's API reference of 2024-11-13 and 2025-04-16.
 *
 * @module
 */

import type { Lead } from "../../speech/types.ts";
import type { ChannelRequest } from "../dialect.ts";
import { bad, isObject, type Message, readBoolean, readString, required } from "../fields.ts";
import type { VoiceNames } from "../voice_names.ts";
import { type Container, type OutputFormat, readOutputFormat } from "./output_format.ts";
import { readSpeed, readVolume } from "./speech_controls.ts";

/** What is to be spoken, and how. */
export interface Generation {
  readonly transcript: string;
  readonly format: OutputFormat;
  /** Id of one of our voices. */
  readonly voice: string;
  readonly speed: number;
  /** Factor for the samples. */
  readonly volume: number;
  /** Whether word timings are wanted. */
  readonly words: boolean;
}

/** Duration of a frame, in ms. */
const FRAME_MS = 20;

/**
 * Reads a request. Any `model_id` will do, since there is one engine; `language`, `locale`,
 * `normalization`, `pronunciation_dict_id`, `duration`, `save` and emotions have no effect.
 *
 * @throws {BadField}
 */
export function readGeneration(
  message: Message,
  names: VoiceNames,
  containers: readonly Container[],
): Generation {
  return {
    transcript: required(readString(message, "transcript"), "transcript"),
    format: readOutputFormat(message, containers),
    voice: readVoice(message, names),
    speed: readSpeed(message),
    volume: readVolume(message),
    words: readTimestamps(message),
  };
}

/** The session that a request needs. */
export function channelOf(generation: Generation, lead: Lead): ChannelRequest {
  const { format, voice, speed, volume, words } = generation;
  return {
    settings: { voice, speed, lead, words },
    encoding: format.container === "mp3" ? "mp3" : format.encoding,
    sampleRate: format.sampleRate,
    frameMs: FRAME_MS,
    volume,
  };
}

/** `ID`, `{id}`, or as in older versions `{mode: "id", id}`. */
function readVoice(message: Message, names: VoiceNames): string {
  const { voice } = message;
  if (isObject(voice) && voice.mode === "embedding") {
    throw bad("voice", "must be given by its id: embeddings are not taken");
  }
  const name = isObject(voice) ? readString(voice, "id") : readString(message, "voice");
  const id = names.find(required(name, "voice"));
  if (id === undefined) throw bad("voice", `cannot be ${JSON.stringify(name)}`, names.names);
  return id;
}

function readTimestamps(message: Message): boolean {
  if (readBoolean(message, "add_phoneme_timestamps")) {
    const problem = "cannot be true: there are no phoneme timings here";
    throw bad("add_phoneme_timestamps", problem, ["false"]);
  }
  return readBoolean(message, "add_timestamps") ?? false;
}
