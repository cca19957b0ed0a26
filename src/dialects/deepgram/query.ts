/**
 * The query of `/v1/speak` and `/v2/speak`.
 *
 * @module
 */

import type { BadParameter } from "../dialect.ts";
import {
  attempt,
  bad,
  BadField,
  type Message,
  numeric,
  queryFields,
  readNumber,
  readString,
} from "../fields.ts";
import type { VoiceNames } from "../voice_names.ts";
import {
  type FileFormat,
  readFileFormat,
  readStreamFormat,
  type StreamFormat,
} from "./audio_format.ts";
import { fluxSpeedProblem } from "./flux_speed.ts";

/** Who is to speak, and how fast. */
export interface Manner {
  /** Id of one of our voices. */
  readonly voice: string;
  /** Undefined where none is given. */
  readonly speed: number | undefined;
}

/** What a WebSocket is opened with. */
export type StreamRequest = Manner & StreamFormat;

/** What a file is asked for with. */
export type FileRequest = Manner & FileFormat;

/** Of the two versions. */
export type Version = "v1" | "v2";

/** Deepgram's, of Aura ("Voice Controls"). */
const AURA_SPEED = { min: 0.7, max: 1.5 };

/** Hz, of Aura's streams of linear16. */
const AURA_RATE = 24_000;

const NUMBERS = ["sample_rate", "bit_rate", "speed", "expressivity"];

/** Where a client that can set no headers puts its key. */
const KEYS = ["token", "api_key", "access_token"];

/** All that Flux' WebSocket takes; it refuses others, as Aura's does not. */
const FLUX_STREAM_PARAMETERS = [
  "model",
  "encoding",
  "sample_rate",
  "speed",
  "expressivity",
  "mip_opt_out",
  "tag",
];

/** Reads the query of a WebSocket. */
export function readStreamRequest(
  query: URLSearchParams,
  names: VoiceNames,
  version: Version,
): StreamRequest | BadParameter {
  return attempt(() => {
    const fields = numeric(queryFields(query), NUMBERS);
    if (version === "v2") checkNames(fields);
    const manner = readManner(fields, names, version);
    const usualRate = version === "v1" ? AURA_RATE : names.sampleRateOf(manner.voice);
    return { ...manner, ...readStreamFormat(fields, usualRate) };
  });
}

/** Reads the query of a request for a file. */
export function readFileRequest(
  query: URLSearchParams,
  names: VoiceNames,
  version: Version,
): FileRequest | BadParameter {
  return attempt(() => {
    const fields = numeric(queryFields(query), NUMBERS);
    if (fields.callback !== undefined) {
      throw bad("callback", "cannot be used: the audio is the answer to the request");
    }
    return { ...readManner(fields, names, version), ...readFileFormat(fields) };
  });
}

function readManner(fields: Message, names: VoiceNames, version: Version): Manner {
  if (version === "v2") readExpressivity(fields);
  return {
    voice: readVoice(fields, names, version),
    speed: version === "v1" ? readNumber(fields, "speed", AURA_SPEED) : readFluxSpeed(fields),
  };
}

function readVoice(fields: Message, names: VoiceNames, version: Version): string {
  const model = readString(fields, "model");
  if (model === undefined && version === "v1") return names.defaultVoice;
  if (model === undefined) throw bad("model", "is missing", names.names);
  const voice = names.find(model);
  if (voice !== undefined) return voice;
  const message = `No such model/version combination found: model cannot be ${
    JSON.stringify(model)
  }`;
  throw new BadField({ field: "model", message, allowed: names.names });
}

function readFluxSpeed({ speed }: Message): number | undefined {
  if (speed === undefined) return undefined;
  const problem = fluxSpeedProblem(speed);
  if (problem !== undefined) throw bad("speed", `${problem.description} (${problem.code})`);
  return speed as number;
}

/** It has no effect: what no one here can do is checked all the same, as Deepgram does. */
function readExpressivity(fields: Message): void {
  const value = readNumber(fields, "expressivity", { min: -2, max: 2 });
  if (value === undefined || Number.isInteger(value)) return;
  throw bad("expressivity", "must be a whole number (EXPRESSIVITY_INCREMENT_INVALID)");
}

function checkNames(fields: Message): void {
  for (const name of Object.keys(fields)) {
    if (FLUX_STREAM_PARAMETERS.includes(name) || KEYS.includes(name)) continue;
    throw bad(name, "is no parameter of this WebSocket", FLUX_STREAM_PARAMETERS);
  }
}
