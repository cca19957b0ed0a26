/**
 * Reading the messages of Cartesia's WebSocket.
 *
 * Source: `GenerationRequest` and `CancelContextRequest` of @cartesia/cartesia-js 4.2.0.
 *
 * @module
 */

import type { Lead } from "../../speech/types.ts";
import type { ChannelRequest } from "../dialect.ts";
import { bad, type Message, readBoolean, readNumber, readString, required } from "../fields.ts";
import type { VoiceNames } from "../voice_names.ts";
import { channelOf, readGeneration } from "./generation.ts";

/** What a message adds to its context. */
export interface ContextInput {
  readonly text: string;
  /** Whether the text so far is to be spoken, sentence end or not. */
  readonly isFlush: boolean;
  /** Whether no more text will come. */
  readonly isLast: boolean;
}

/** Fields that all messages of a context must share, as JSON; undefined where they are not there. */
export interface SharedFields {
  readonly voice: string | undefined;
  readonly output_format: string | undefined;
}

/** Characters of a context's id. Cartesia tells no limit. */
const MAX_ID = 256;

/** What a client may choose for `max_buffer_delay_ms`. */
const BUFFER_DELAY = { min: 0, max: 5_000 };

/** @throws {BadField} */
export function readContextId(message: Message): string | undefined {
  const id = readString(message, "context_id", MAX_ID);
  if (id === "") throw bad("context_id", "must have a character at least");
  return id;
}

/** @throws {BadField} */
export function readInput(message: Message): ContextInput {
  return {
    text: required(readString(message, "transcript"), "transcript"),
    isFlush: readBoolean(message, "flush") ?? false,
    isLast: !(readBoolean(message, "continue") ?? false),
  };
}

/**
 * The session for a new context.
 *
 * @throws {BadField}
 */
export function readOpening(message: Message, names: VoiceNames, lead: Lead): ChannelRequest {
  const stallMs = readNumber(message, "max_buffer_delay_ms", BUFFER_DELAY);
  return {
    ...channelOf(readGeneration(message, names, ["raw"]), lead),
    // All of Cartesia's errors are the last that is told of a context.
    endsOnError: true,
    ...(stallMs === undefined ? {} : { limits: { stallMs } }),
  };
}

/** Those of a message. */
export function sharedFields({ voice, output_format }: Message): SharedFields {
  return { voice: JSON.stringify(voice), output_format: JSON.stringify(output_format) };
}

/**
 * Checks a message against the one that opened its context.
 *
 * @throws {BadField} if it has one of the fields, and another value.
 */
export function checkShared(message: Message, opening: SharedFields): void {
  const own = sharedFields(message);
  for (const field of ["voice", "output_format"] as const) {
    if (own[field] === undefined || own[field] === opening[field]) continue;
    throw bad(field, "must stay as the context's first message had it");
  }
}
