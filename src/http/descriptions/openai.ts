/**
 * What OpenAI's clients use.
 *
 * @module
 */

import type { OpenAiError } from "../../dialects/openai/errors.ts";
import type { OpenAiModel } from "../../dialects/openai/models.ts";
import type { SpeechFormat } from "../../dialects/openai/speech_request.ts";
import { speed } from "./choices.ts";
import {
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
  choice,
  constant,
  described,
  integer,
  nullable,
  object,
  ref,
  type Schema,
  string,
} from "./schema.ts";

const FORMATS: Readonly<Record<SpeechFormat, string>> = {
  mp3: "audio/mpeg",
  opus: "audio/ogg",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm",
};

const error: Readonly<Record<keyof OpenAiError, Schema>> = {
  message: string("For people."),
  type: choice("Whose fault it is.", ["invalid_request_error", "rate_limit_error", "server_error"]),
  code: string("OpenAI's code, or ours where it has none."),
  param: nullable(string("The field at fault.")),
};

const model: Readonly<Record<keyof OpenAiModel, Schema>> = {
  id: string("Its name. Speech takes any name."),
  object: constant("model"),
  created: integer("Unix time in s."),
  owned_by: string("Whose it is."),
};

const schemas = {
  OpenAIError: described("A request that is not served.", object({ error: object(error) })),
  ModelsError: described("A refusal, in the words of who asks.", {
    anyOf: [ref("OpenAIError"), ref("ElevenLabsError")],
  }),
  OpenAIModel: described("A model.", object(model)),
};

const speechBody = object(
  {
    input: string("What to say.", { minLength: 1, maxLength: 4_096 }),
  },
  {
    model: string("Any name: there is one engine."),
    voice: {
      description: "One of `GET /v1/voices`, or a name of VOICE_MAP.",
      anyOf: [{ type: "string" }, object({ id: string("The same.") })],
    },
    speed,
    response_format: {
      ...choice("What the audio is to be.", Object.keys(FORMATS)),
      default: "mp3",
    },
    stream_format: choice("Whether the audio comes by itself or in events.", ["audio", "sse"]),
    instructions: string("No effect."),
  },
);

const speech: Operation = {
  tags: ["OpenAI"],
  summary: "Speech",
  requestBody: jsonBody(speechBody),
  responses: {
    200: bytes("The audio, as it is made; `pcm` has 24 kHz, 16 bits.", [
      ...Object.values(FORMATS),
      "text/event-stream",
    ]),
    ...refusals("OpenAIError", [400, ...GUARDED, 408, 415, 500, 503]),
  },
};

const models: Operation = {
  tags: ["OpenAI", "ElevenLabs"],
  summary: "The models",
  description: "Who sends the header `xi-api-key` gets ElevenLabs' answer.",
  responses: {
    200: json("The models, in the words of either.", {
      anyOf: [
        object({
          object: constant("list"),
          data: array("OpenAI's models.", ref("OpenAIModel")),
        }),
        array("ElevenLabs' models.", ref("ElevenLabsModel")),
      ],
    }),
    ...refusals("ModelsError", GUARDED),
  },
};

/** The paths. */
export const openAiPart: Part = {
  schemas,
  operations: {
    "POST /v1/audio/speech": speech,
    "GET /v1/models": models,
    "GET /v1/models/:model": {
      tags: ["OpenAI"],
      summary: "One model",
      responses: {
        200: json("The model.", ref("OpenAIModel")),
        ...refusals("OpenAIError", [...GUARDED, 404]),
      },
    },
    "GET /v1/realtime": socket({
      tag: "OpenAI",
      summary: "Realtime, as far as it speaks (WebSocket)",
      description: "OpenAI's Realtime, for speech out of text.",
      error: "OpenAIError",
      parameters: [query("model", string("Any name: there is one engine."))],
    }),
  },
};
