/**
 * What Deepgram's clients use.
 *
 * @module
 */

import type { DeepgramError } from "../../dialects/deepgram/errors.ts";
import type { FileEncoding, FileFormat } from "../../dialects/deepgram/audio_format.ts";
import type { Version } from "../../dialects/deepgram/query.ts";
import {
  bytes,
  GUARDED,
  jsonBody,
  type Operation,
  type Parameter,
  type Part,
  query,
  refusals,
  requiredQuery,
  socket,
} from "./operation.ts";
import { choice, described, integer, number, object, type Schema, string } from "./schema.ts";

const ENCODINGS: Readonly<Record<FileEncoding, true>> = {
  mp3: true,
  linear16: true,
  mulaw: true,
  alaw: true,
  opus: true,
  flac: true,
};

const CONTAINERS: Readonly<Record<FileFormat["container"], true>> = {
  none: true,
  wav: true,
  ogg: true,
};

const TYPES = [
  "audio/mpeg",
  "audio/wav",
  "audio/l16",
  "audio/mulaw",
  "audio/alaw",
  "audio/ogg",
  "audio/flac",
];

const errorFields: Readonly<Record<keyof DeepgramError, Schema>> = {
  err_code: string("Deepgram's code."),
  err_msg: string("For people."),
  request_id: string("What the log knows the request by."),
};

const header = (description: string) => ({ description, schema: { type: "string" } });

/** Who speaks, and how fast. */
const MANNERS: Readonly<Record<Version, readonly Parameter[]>> = {
  v1: [
    query("model", string("One of `GET /v1/voices`, or a name of VOICE_MAP.")),
    query("speed", number("Speaking rate.", { minimum: 0.7, maximum: 1.5 })),
  ],
  v2: [
    requiredQuery("model", string("One of `GET /v1/voices`, or a name of VOICE_MAP.")),
    query("speed", number("Speaking rate, in steps of 0.05.", { minimum: 0.5, maximum: 1.5 })),
    query("expressivity", integer("No effect.", { minimum: -2, maximum: 2 })),
  ],
};

const MAX_AURA_CHARACTERS = 2_000;

function speech(version: Version): Operation {
  const text = version === "v1" ? { maxLength: MAX_AURA_CHARACTERS } : {};
  return {
    tags: ["Deepgram"],
    summary: `Speech as a file (${version})`,
    description: "Which encoding goes with which container, rates and bit rates is told by the " +
      "refusal of what does not.",
    parameters: [
      ...MANNERS[version],
      query("encoding", { ...choice("Else MP3.", Object.keys(ENCODINGS)), default: "mp3" }),
      query("container", choice("Else the encoding's usual one.", Object.keys(CONTAINERS))),
      query("sample_rate", integer("Hz. Else the encoding's usual one.")),
      query("bit_rate", integer("Bits a second. Else the encoding's usual one.")),
    ],
    requestBody: jsonBody(object({ text: string("What to say.", { minLength: 1, ...text }) })),
    responses: {
      200: {
        ...bytes("The audio, as it is made.", TYPES),
        headers: {
          "dg-request-id": header("What the log knows the request by."),
          "dg-model-name": header("The voice."),
          "dg-model-uuid": header("The voice's UUID."),
          "dg-char-count": header("Characters of the text."),
        },
      },
      ...refusals("DeepgramError", [400, ...GUARDED, 408, 413, 415, 500, 503]),
    },
  };
}

function stream(version: Version, name: string): Operation {
  return socket({
    tag: "Deepgram",
    summary: `A stream of speech (${version}, WebSocket)`,
    description: `Deepgram's ${name}.`,
    error: "DeepgramError",
    parameters: [
      ...MANNERS[version],
      query("encoding", choice("Else linear16.", ["linear16", "mulaw", "alaw"])),
      query("sample_rate", integer("Hz. Else the encoding's usual one.")),
    ],
  });
}

/** The paths. */
export const deepgramPart: Part = {
  schemas: { DeepgramError: described("A request that is not served.", object(errorFields)) },
  operations: {
    "POST /v1/speak": speech("v1"),
    "GET /v1/speak": stream("v1", "Aura"),
    "POST /v2/speak": speech("v2"),
    "GET /v2/speak": stream("v2", "Flux"),
  },
};
