/**
 * The messages of Deepgram's WebSocket `/v2/speak`: what clients ask, and what they are told.
 *
 * Sources: the types of `@deepgram/sdk` 5.13.0, and Deepgram's documentation of Flux TTS, "Client
 * Messages" and "Server Messages". Clients in other languages take whole numbers only.
 *
 * @module
 */

import type { ErrorCode } from "../../errors.ts";
import type { Problem } from "../../speech/types.ts";
import {
  type Message as Fields,
  readChoice,
  readNumber,
  readObject,
  required,
  within,
} from "../fields.ts";
import { streamCode } from "./errors.ts";
import type { SpeedProblem } from "./flux_speed.ts";
import type { Model } from "./model.ts";
import { readText } from "./text.ts";

/** What a client's message asks for. */
export type FluxRequest =
  | { readonly type: "Speak"; readonly text: string }
  | { readonly type: "Flush" | "Close" }
  | {
    readonly type: "Interrupt";
    /** Audio of the session that the listener has heard, in ms. */
    readonly offsetMs: number | undefined;
  }
  /** `speed` has not been looked at. */
  | { readonly type: "Configure"; readonly speed: unknown };

/** What one turn has taken. */
export interface TurnTotals {
  readonly speechId: string;
  readonly durationMs: number;
  readonly characters: number;
}

/** Reads a message; throws a `BadField`. */
export function readFlux(message: Fields): FluxRequest {
  const types = ["Speak", "Flush", "Close", "Interrupt", "Configure"] as const;
  const type = required(readChoice(message, "type", types), "type");
  switch (type) {
    case "Speak":
      return { type, text: readText(message, "v2") };
    case "Interrupt":
      return { type, offsetMs: readOffset(message) };
    case "Configure":
      return { type, speed: message.speed ?? undefined };
    default:
      return { type };
  }
}

function readOffset(message: Fields): number | undefined {
  const field = "playback_offset";
  const offset = readObject(message, field);
  if (offset === undefined) return undefined;
  return within(field, () => {
    required(readChoice(offset, "type", ["time_ms"]), "type");
    return required(readNumber(offset, "value", { min: 0, max: Number.MAX_SAFE_INTEGER }), "value");
  });
}

/** The first message. */
export function connected(requestId: string, { name, version, uuid }: Model): string {
  return JSON.stringify({
    type: "Connected",
    request_id: requestId,
    model_name: name,
    model_version: version,
    model_uuids: [uuid],
  });
}

/** A turn begins, or all of its text is there. */
export function turnNews(type: "SpeechStarted" | "Flushed", speechId: string): string {
  return JSON.stringify({ type, speech_id: speechId });
}

/** A turn is over. */
export function speechMetadata(totals: TurnTotals): string {
  return JSON.stringify({ type: "SpeechMetadata", ...turnMetadata(totals) });
}

/** What was heard when a listener interrupted; `texts` only where it is known. */
export function speechInterrupted(
  playedMs: number,
  texts: { readonly spoken: string; readonly remaining: string } | undefined,
  totals: TurnTotals,
): string {
  return JSON.stringify({
    type: "SpeechInterrupted",
    audio_played_ms: Math.round(playedMs),
    ...(texts && { text_spoken: texts.spoken, text_remaining: texts.remaining }),
    metadata: turnMetadata(totals),
  });
}

function turnMetadata({ speechId, durationMs, characters }: TurnTotals) {
  return {
    speech_id: speechId,
    audio_duration_ms: Math.round(durationMs),
    input_character_count: characters,
    billable_character_count: characters,
    controls_applied: { pronunciations_applied: 0, breaks_applied: 0, pronunciation_warnings: 0 },
  };
}

/** The last message. */
export function sessionMetadata(durationMs: number, characters: number): string {
  return JSON.stringify({
    type: "SessionMetadata",
    total_audio_duration_ms: Math.round(durationMs),
    total_input_character_count: characters,
    total_billable_character_count: characters,
  });
}

/** `speed` is absent where none was ever set. */
export function configureSuccess(speed: number | undefined): string {
  return JSON.stringify({
    type: "ConfigureSuccess",
    applied: speed === undefined ? {} : { speed },
  });
}

/** A speed cannot be set. */
export function configureFailure({ code, description }: SpeedProblem, speed: unknown): string {
  return JSON.stringify({
    type: "ConfigureFailure",
    code,
    field: "speed",
    ...(typeof speed === "number" && { value: speed }),
    description: `speed ${description}`,
  });
}

/** The session goes on. */
export function warning(code: string, description: string): string {
  return JSON.stringify({ type: "Warning", code, description });
}

/** Aura's codes, but for these. */
const ERROR_CODES: Partial<Record<ErrorCode, string>> = {
  bad_json: "MESSAGE-0000",
  idle_timeout: "NET-0004",
};

/** The session is over. */
export function errorMessage(problem: Problem): string {
  const code = ERROR_CODES[problem.code] ?? streamCode(problem);
  return JSON.stringify({ type: "Error", code, description: problem.message });
}
