/**
 * `POST /v1/audio/speech`: speech as the answer to one request.
 *
 * @module
 */

import type { FormatName } from "../../../codecs/format_limits.ts";
import { openFormat } from "../../../codecs/formats.ts";
import { eventStream } from "../../../dialects/openai/speech_events.ts";
import {
  readSpeechRequest,
  type SpeechFormat,
  type SpeechRequest,
} from "../../../dialects/openai/speech_request.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { Door } from "../../door.ts";
import { readJson } from "../../json_body.ts";
import { badRequest, type HttpRefusal } from "../../refusal.ts";
import type { Route } from "../../route.ts";
import { type Asked, audioBody, speechResponse } from "../../speech_response.ts";
import { refuseOpenAi } from "./refusal.ts";
import { requestIdHeader } from "./request_id.ts";

/** Hz, of all formats: OpenAI says it of `pcm`, and its files have it too. */
const SAMPLE_RATE = 24_000;

/** Samples are handed over in frames of so many ms. */
const FRAME_MS = 20;

/** OpenAI's names of formats, and ours. */
const FORMATS: Readonly<Record<SpeechFormat, FormatName>> = {
  mp3: "mp3",
  opus: "ogg_opus",
  flac: "flac",
  wav: "wav",
  pcm: "pcm_s16le",
};

/** The route. */
export function speechRoute(door: Door, names: VoiceNames): Route {
  const { maxMessageBytes } = door.options;
  return async (request, { visitor }) => {
    const wanted = await read(request, maxMessageBytes, names);
    if (!("refusal" in wanted)) return speak(door, { request, visitor }, wanted);
    door.noteRefusal("bad_request");
    return refuseOpenAi(wanted.refusal);
  };
}

async function read(
  request: Request,
  maxBytes: number,
  names: VoiceNames,
): Promise<SpeechRequest | { readonly refusal: HttpRefusal }> {
  const json = await readJson(request, maxBytes);
  if ("refusal" in json) return json;
  const wanted = readSpeechRequest(json.body, names);
  return "field" in wanted ? { refusal: badRequest(wanted) } : wanted;
}

async function speak(door: Door, asked: Asked, wanted: SpeechRequest): Promise<Response> {
  const { text, voice, speed, inEvents } = wanted;
  const name = FORMATS[wanted.format];
  const format = await openFormat({ name, sampleRate: SAMPLE_RATE });
  return speechResponse(door, asked, {
    text,
    textField: "input",
    channel: {
      settings: { voice, speed, lead: "unpaced", words: false },
      encoding: name,
      sampleRate: SAMPLE_RATE,
      frameMs: FRAME_MS,
    },
    createEncoder: () => format.createEncoder(),
    body: inEvents ? eventStream : audioBody(format.contentType),
    dialect: "openai",
    headers: requestIdHeader(),
    refuse: refuseOpenAi,
  });
}
