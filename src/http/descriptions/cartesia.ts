/**
 * What Cartesia's clients use.
 *
 * @module
 */

import type { CartesiaError } from "../../dialects/cartesia/errors.ts";
import type { Container } from "../../dialects/cartesia/output_format.ts";
import type { CartesiaVoice } from "../../dialects/cartesia/voices.ts";
import { sampleRates } from "../../lib/pcm/sample_rates.ts";
import { speed } from "./choices.ts";
import {
  type Answer,
  bytes,
  GUARDED,
  json,
  jsonBody,
  type Operation,
  type Part,
  query,
  refusals,
  socket,
} from "./operation.ts";
import {
  array,
  boolean,
  choice,
  constant,
  described,
  integer,
  nullable,
  number,
  object,
  ref,
  type Schema,
  string,
} from "./schema.ts";

const error: Readonly<Record<keyof CartesiaError, Schema>> = {
  error_code: string("Cartesia's code, or ours where it has none."),
  title: string("In few words."),
  message: string("For people."),
  request_id: string("What the log knows the request by."),
};

const voice: Readonly<Record<keyof CartesiaVoice, Schema>> = {
  id: string("A name of the voice."),
  name: string("For people."),
  tagline: string("Empty."),
  description: string("One line for people."),
  language: string("Without a region."),
  locales: array(
    "What it speaks.",
    object({ locale: string("BCP 47 tag."), is_native: boolean("Yes.") }),
  ),
  gender: { description: "Not known.", type: "null" },
  is_owner: boolean("No."),
  access: string("`public`."),
  visibility: string("`all`."),
  created_at: string("Since when it is here.", { format: "date-time" }),
};

const sampleRate = choice("Hz.", sampleRates);
const encoding = choice("Of the samples.", ["pcm_s16le", "pcm_f32le", "pcm_mulaw", "pcm_alaw"]);

const FORMATS: Readonly<Record<Container, Schema>> = {
  raw: object({ container: constant("raw"), encoding, sample_rate: sampleRate }),
  wav: object({ container: constant("wav"), encoding, sample_rate: sampleRate }),
  mp3: object({
    container: constant("mp3"),
    sample_rate: sampleRate,
    bit_rate: choice("Bits a second. Which goes with which rate depends on MP3.", [
      32_000,
      64_000,
      96_000,
      128_000,
      192_000,
    ]),
  }),
};

const voiceSpecifier: Schema = {
  description: "One of `GET /voices`, or a name of VOICE_MAP.",
  anyOf: [
    { type: "string" },
    object({ id: string("The same.") }, { mode: string("`id`, as older clients say.") }),
  ],
};

function bodyOf(containers: readonly Container[]): Schema {
  const volume = number("Factor for the samples.", { minimum: 0.5, maximum: 2 });
  return object(
    {
      transcript: string("What to say.", { minLength: 1 }),
      voice: voiceSpecifier,
      output_format: { anyOf: containers.map((container) => FORMATS[container]) },
    },
    {
      generation_config: object({}, { speed, volume }),
      speed: {
        description: "Speaking rate of older clients: a name, or a number where 0 is normal.",
        anyOf: [
          { enum: ["slowest", "slow", "normal", "fast", "fastest"] },
          { type: "number", minimum: -1, maximum: 1 },
        ],
      },
      add_timestamps: boolean("Whether the events tell when words are heard."),
      context_id: string("Comes back in the events.", { minLength: 1, maxLength: 256 }),
      model_id: string("Any name: there is one engine."),
    },
  );
}

function speech(summary: string, containers: readonly Container[], answer: Answer): Operation {
  return {
    tags: ["Cartesia"],
    summary,
    requestBody: jsonBody(bodyOf(containers)),
    responses: {
      200: answer,
      ...refusals("CartesiaError", [400, ...GUARDED, 408, 413, 415, 500, 503]),
    },
  };
}

const cursor = (description: string) => string(`${description} of the voice of that id.`);

const list: Operation = {
  tags: ["Cartesia"],
  summary: "The voices, page by page",
  parameters: [
    query("limit", { ...integer("Voices on a page.", { minimum: 1, maximum: 100 }), default: 10 }),
    query("q", string("In ids and descriptions.")),
    query("gender", choice("No voice has one.", ["masculine", "feminine", "gender_neutral"])),
    query("is_owner", choice("No voice has one.", ["true", "false"])),
    query("starting_after", cursor("The page after")),
    query("ending_before", cursor("The page before")),
  ],
  responses: {
    200: json(
      "A page.",
      object({
        data: array("The voices.", ref("CartesiaVoice")),
        has_more: boolean("Whether there is another page."),
        next_page: nullable(string("Where the next page begins, for older clients.")),
      }),
    ),
    ...refusals("CartesiaError", [400, ...GUARDED]),
  },
};

/** The paths. */
export const cartesiaPart: Part = {
  schemas: {
    CartesiaError: described("A request that is not served.", object(error)),
    CartesiaVoice: described("A voice.", object(voice)),
  },
  operations: {
    "POST /tts/bytes": speech(
      "Speech",
      ["raw", "wav", "mp3"],
      bytes("The audio, as it is made.", [
        "audio/pcm",
        "audio/PCMU",
        "audio/PCMA",
        "audio/wav",
        "audio/mpeg",
      ]),
    ),
    "POST /tts/sse": speech(
      "Speech in events",
      ["raw"],
      bytes("`chunk`, `timestamps`, `done` and `error` events.", ["text/event-stream"]),
    ),
    "GET /tts/websocket": socket({
      tag: "Cartesia",
      summary: "Speech out of streams of text (WebSocket)",
      description: "Several contexts over one connection.",
      error: "CartesiaError",
    }),
    "GET /voices": list,
    "GET /voices/:id": {
      tags: ["Cartesia"],
      summary: "One voice",
      responses: {
        200: json("The voice.", ref("CartesiaVoice")),
        ...refusals("CartesiaError", [...GUARDED, 404]),
      },
    },
  },
};
