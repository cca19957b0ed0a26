/**
 * The server's own paths: sessions, tokens, voices.
 *
 * @module
 */

import { DEFAULT_LIFE_S, MAX_LIFE_S } from "../../auth/tokens.ts";
import { MAX_SESSIONS } from "../token_route.ts";
import { sessionParameters } from "./choices.ts";
import { elevenLabsVoiceFields } from "./elevenlabs_schemas.ts";
import { errorSchemas, jsonError } from "./errors.ts";
import type { Facts } from "./facts.ts";
import {
  GUARDED,
  json,
  jsonBody,
  type Operation,
  type Part,
  query,
  refusals,
  socket,
} from "./operation.ts";
import { array, described, integer, number, object, ref, string } from "./schema.ts";

const schemas = {
  ...errorSchemas,
  Voice: described(
    "A voice, told twice: `id`, `language` and `sample_rate` are for the session protocol, the " +
      "other fields for ElevenLabs' clients.",
    object({
      id: string("Id of the voice."),
      language: string("BCP 47 tag."),
      sample_rate: integer("Its own, in Hz."),
      ...elevenLabsVoiceFields,
    }),
  ),
  VoicesError: described(
    "A refusal, told twice: in our words, and in ElevenLabs'.",
    object({ error: jsonError, detail: ref("ElevenLabsDetail") }),
  ),
};

const voices: Operation = {
  tags: ["Speech", "ElevenLabs"],
  summary: "The voices",
  description: "A voice comes once for each of its names: its id, and those in `VOICE_MAP`.",
  responses: {
    200: json(
      "The voices.",
      object({
        default_voice: string("Id of the voice where none is chosen."),
        voices: array("One for each name.", ref("Voice")),
      }),
    ),
    ...refusals("VoicesError", GUARDED),
  },
};

const token: Operation = {
  tags: ["Speech"],
  summary: "A short-lived token for a key",
  description: "The token does where a key does, but for making tokens: for pages, so that no " +
    "key has to be put into one.",
  requestBody: jsonBody(object({}, {
    expires_in: number("Life of the token, in s.", {
      minimum: 1,
      maximum: MAX_LIFE_S,
      default: DEFAULT_LIFE_S,
    }),
    max_sessions: number("Sessions that may be open at the same time.", {
      minimum: 1,
      maximum: MAX_SESSIONS,
    }),
  })),
  responses: {
    200: json(
      "The token.",
      object({
        token: string("What to show as a key."),
        expires_in: integer("Its life, in s."),
        expires_at: string("When it ends.", { format: "date-time" }),
      }),
    ),
    ...refusals("Error", [400, ...GUARDED, 408, 413, 415]),
  },
};

/** The paths. */
export function nativePart(facts: Facts): Part {
  const parameters = Object.entries(sessionParameters(facts));
  return {
    schemas,
    operations: {
      "GET /v1/session": socket({
        tag: "Speech",
        summary: "A session (WebSocket)",
        description: "The session protocol: text in, audio and news of it out.",
        parameters: parameters.map(([name, schema]) => query(name, schema)),
        error: "Error",
        also: [404, 409],
      }),
      "POST /v1/token": token,
      "GET /v1/voices": voices,
      "GET /twilio/stream": socket({
        tag: "Twilio",
        summary: "A phone call (WebSocket)",
        description: "Where Twilio's Media Streams connect a call to.",
        error: "Error",
      }),
    },
  };
}
