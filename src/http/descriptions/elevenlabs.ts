/**
 * What ElevenLabs' clients use, but for what others have under the same path.
 *
 * @module
 */

import { outputFormatNames } from "../../dialects/elevenlabs/output_format.ts";
import { speed } from "./choices.ts";
import { elevenLabsSchemas } from "./elevenlabs_schemas.ts";
import {
  type Answer,
  type Answers,
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
import { array, boolean, choice, integer, nullable, object, ref, string } from "./schema.ts";

const SPEECH = "/v1/text-to-speech/:voice_id";

const TYPES = [
  "audio/mpeg",
  "audio/pcm",
  "audio/PCMU",
  "audio/PCMA",
  "audio/wav",
  "audio/ogg",
];

const outputFormat = query(
  "output_format",
  {
    ...choice("Codec, Hz, and kbit/s where it has such.", outputFormatNames),
    default: "mp3_44100_128",
  },
);

const header = (description: string) => ({ description, schema: { type: "string" } });

const invalid: Answers = refusals("ElevenLabsInvalid", [422]);

function speech(summary: string, answer: Answer): Operation {
  return {
    tags: ["ElevenLabs"],
    summary,
    parameters: [outputFormat],
    requestBody: jsonBody(
      object({ text: string("What to say.", { minLength: 1 }) }, {
        model_id: string("Any name: there is one engine."),
        voice_settings: object({}, { speed }),
      }),
    ),
    responses: {
      200: {
        ...answer,
        headers: {
          "character-cost": header("Characters of the text."),
          "request-id": header("What the log knows the request by."),
          "x-request-id": header("The same."),
        },
      },
      ...refusals("ElevenLabsError", [400, ...GUARDED, 404, 408, 413, 415, 500, 503]),
      ...invalid,
    },
  };
}

function stream(summary: string, description: string): Operation {
  const operation = socket({
    tag: "ElevenLabs",
    summary: `${summary} (WebSocket)`,
    description,
    error: "ElevenLabsError",
    also: [404],
    parameters: [
      outputFormat,
      query("inactivity_timeout", {
        ...integer("Time without a message after which it ends, in s.", {
          minimum: 1,
          maximum: 180,
        }),
        default: 20,
      }),
      query("auto_mode", boolean("Speak each phrase as it comes.")),
      query("sync_alignment", boolean("Count times from the start of a context's audio.")),
    ],
  });
  return { ...operation, responses: { ...operation.responses, ...invalid } };
}

const search: Operation = {
  tags: ["ElevenLabs"],
  summary: "The voices, page by page",
  parameters: [
    query("page_size", {
      ...integer("Voices on a page.", { minimum: 1, maximum: 100 }),
      default: 10,
    }),
    query("next_page_token", string("That of the page before.", { pattern: "^([0-9]{1,9})?$" })),
    query("search", string("In names, descriptions and labels.")),
    query("sort", string("`name`.")),
    query("sort_direction", string("`asc` or `desc`.")),
    query("voice_ids", array("Names of voices.", { type: "string" })),
    query("category", string("`premade`.")),
    query("voice_type", string("`default` or `non-community`.")),
    query("language", string("With or without a region.")),
  ],
  responses: {
    200: json(
      "A page.",
      object({
        voices: array("The voices.", ref("ElevenLabsVoice")),
        has_more: boolean("Whether there is another page."),
        total_count: integer("Voices on all pages.", { minimum: 0 }),
        next_page_token: nullable(string("Where the next page begins.")),
      }),
    ),
    ...refusals("ElevenLabsError", GUARDED),
    ...invalid,
  },
};

const timestamps = ref("ElevenLabsTimestamps");
const plain = bytes("The audio, as it is made.", TYPES);

/** The paths. */
export const elevenLabsPart: Part = {
  schemas: elevenLabsSchemas,
  operations: {
    [`POST ${SPEECH}`]: speech("Speech", plain),
    [`POST ${SPEECH}/stream`]: speech("Speech, as a stream", plain),
    [`POST ${SPEECH}/with-timestamps`]: speech(
      "Speech, and when its characters are heard",
      json("Everything, as it is made.", timestamps),
    ),
    [`POST ${SPEECH}/stream/with-timestamps`]: speech(
      "The same, as a stream",
      {
        description: "A line of JSON for each piece of audio.",
        content: { "application/x-ndjson": { schema: timestamps } },
      },
    ),
    [`GET ${SPEECH}/stream-input`]: stream(
      "Speech out of a stream of text",
      "One text, as it comes.",
    ),
    [`GET ${SPEECH}/multi-stream-input`]: stream(
      "Speech out of streams of text",
      "Several contexts over one connection.",
    ),
    "GET /v1/voices/:voice_id": {
      tags: ["ElevenLabs"],
      summary: "One voice",
      responses: {
        200: json("The voice.", ref("ElevenLabsVoice")),
        ...refusals("ElevenLabsError", [...GUARDED, 404]),
      },
    },
    "GET /v2/voices": search,
  },
};
