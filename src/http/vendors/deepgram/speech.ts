/**
 * `POST /v1/speak` and `POST /v2/speak`: speech as the answer to one request.
 *
 * @module
 */

import type { AudioFormat } from "../../../codecs/format_limits.ts";
import { openFormat } from "../../../codecs/formats.ts";
import {
  contentTypeOf,
  type FileFormat,
  SAMPLE_ENCODINGS,
} from "../../../dialects/deepgram/audio_format.ts";
import { FRAME_MS } from "../../../dialects/deepgram/channel.ts";
import {
  type FileRequest,
  readFileRequest,
  type Version,
} from "../../../dialects/deepgram/query.ts";
import { readSpeechText } from "../../../dialects/deepgram/text.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { Door } from "../../door.ts";
import { readJson } from "../../json_body.ts";
import { badRequest, type HttpRefusal } from "../../refusal.ts";
import type { Route } from "../../route.ts";
import { type Asked, audioBody, speechResponse } from "../../speech_response.ts";
import { modelOf } from "./model.ts";
import { refuseDeepgram, requestId, toHeader } from "./refusal.ts";

/** As metrics and logs call them. */
const DIALECTS: Readonly<Record<Version, string>> = { v1: "deepgram", v2: "deepgram_flux" };

interface Wanted {
  readonly text: string;
  readonly file: FileRequest;
}

/** The route. */
export function speechRoute(door: Door, names: VoiceNames, version: Version): Route {
  const { maxMessageBytes } = door.options;
  return async (request, { url, visitor }) => {
    const file = readFileRequest(url.searchParams, names, version);
    const wanted = "field" in file
      ? { refusal: badRequest(file) }
      : await readWanted(request, { file, version, maxBytes: maxMessageBytes });
    if (!("refusal" in wanted)) return speak(door, { request, visitor }, wanted, version);
    door.noteRefusal("bad_request");
    return refuseDeepgram(wanted.refusal);
  };
}

async function readWanted(
  request: Request,
  { file, version, maxBytes }: {
    readonly file: FileRequest;
    readonly version: Version;
    readonly maxBytes: number;
  },
): Promise<Wanted | { readonly refusal: HttpRefusal }> {
  const json = await readJson(request, maxBytes);
  if ("refusal" in json) return json;
  const text = readSpeechText(json.body, version);
  return typeof text === "string" ? { text, file } : { refusal: badRequest(text) };
}

async function speak(
  door: Door,
  asked: Asked,
  { text, file }: Wanted,
  version: Version,
): Promise<Response> {
  const wanted = audioFormatOf(file);
  const format = await openFormat(wanted);
  return speechResponse(door, asked, {
    text,
    textField: "text",
    channel: {
      settings: { voice: file.voice, speed: file.speed ?? 1, lead: "unpaced", words: false },
      encoding: wanted.name,
      sampleRate: file.sampleRate,
      frameMs: FRAME_MS,
    },
    createEncoder: () => format.createEncoder(),
    body: audioBody(contentTypeOf(file)),
    dialect: DIALECTS[version],
    headers: headersOf(file.voice, text),
    refuse: refuseDeepgram,
  });
}

function audioFormatOf(
  { encoding, container, sampleRate, bitRate: bitrate }: FileFormat,
): AudioFormat {
  switch (encoding) {
    case "mp3":
      return { name: "mp3", sampleRate, bitrate };
    case "opus":
      return { name: "ogg_opus", sampleRate, bitrate };
    case "flac":
      return { name: "flac", sampleRate };
    default: {
      const samples = SAMPLE_ENCODINGS[encoding];
      return container === "wav"
        ? { name: "wav", encoding: samples, sampleRate }
        : { name: samples, sampleRate };
    }
  }
}

/** What Deepgram tells of its answers that says something here. */
function headersOf(voice: string, text: string): Readonly<Record<string, string>> {
  const model = modelOf(voice);
  const headers = {
    "dg-request-id": requestId(),
    "dg-model-name": toHeader(model.name),
    "dg-model-uuid": model.uuid,
    "dg-char-count": String(text.length),
  };
  return { ...headers, "access-control-expose-headers": Object.keys(headers).join(", ") };
}
