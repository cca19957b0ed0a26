/**
 * `POST /v1/text-to-speech/{voice_id}` and what is below it: speech as the answer to one request.
 *
 * @module
 */

import { openFormat } from "../../../codecs/formats.ts";
import type { Format } from "../../../codecs/stream_encoder.ts";
import type { ChannelRequest } from "../../../dialects/dialect.ts";
import { type OutputFormat, readQuery } from "../../../dialects/elevenlabs/output_format.ts";
import { readSpeechRequest } from "../../../dialects/elevenlabs/speech_request.ts";
import { TimestampedWhole, TimestampLines } from "../../../dialects/elevenlabs/timestamps.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { SpeechSettings } from "../../../speech/types.ts";
import type { Door } from "../../door.ts";
import { readJson } from "../../json_body.ts";
import { badRequest } from "../../refusal.ts";
import type { Route } from "../../route.ts";
import { type Asked, audioBody, type SpeechBody, speechResponse } from "../../speech_response.ts";
import { refuseBody, refuseElevenLabs, requestId, unknownVoice } from "./refusal.ts";

/** What makes an endpoint. */
interface Endpoint {
  /** Whether it tells when each character is heard. */
  readonly hasTimestamps: boolean;
  readonly createBody: (text: string, format: Format) => SpeechBody;
}

/** With and without `/stream`: an answer is a stream in any case. */
export const plainSpeech: Endpoint = {
  hasTimestamps: false,
  createBody: (_text, { contentType }) => audioBody(contentType),
};

/** `/with-timestamps` */
export const timestampedSpeech: Endpoint = {
  hasTimestamps: true,
  createBody: (text) => new TimestampedWhole(text),
};

/** `/stream/with-timestamps` */
export const timestampedStream: Endpoint = {
  hasTimestamps: true,
  createBody: (text) => new TimestampLines(text),
};

/** What was asked for. */
interface Wanted {
  readonly text: string;
  readonly format: OutputFormat;
  readonly settings: SpeechSettings;
}

/** The route of an endpoint. */
export function speechRoute(door: Door, names: VoiceNames, endpoint: Endpoint): Route {
  const { maxMessageBytes } = door.options;
  return async (request, { url, params, visitor }) => {
    const format = readQuery(url.searchParams);
    if ("field" in format) return refuseElevenLabs(badRequest(format));
    const json = await readJson(request, maxMessageBytes);
    if ("refusal" in json) return refuseBody(json.refusal);
    const wanted = readSpeechRequest(json.body);
    if ("field" in wanted) return refuseBody(badRequest(wanted));
    const voice = names.find(params.voice_id!);
    if (voice === undefined) return refuseBody(badRequest(unknownVoice(params.voice_id!)));
    const { text, speed } = wanted;
    const settings = { voice, speed, lead: "unpaced", words: endpoint.hasTimestamps } as const;
    return await speak(door, { request, visitor }, { text, format, settings }, endpoint);
  };
}

async function speak(
  door: Door,
  asked: Asked,
  { text, format, settings }: Wanted,
  endpoint: Endpoint,
): Promise<Response> {
  const opened = await openFormat(format);
  const id = requestId();
  return await speechResponse(door, asked, {
    text,
    textField: "text",
    channel: channelOf(format, settings),
    createEncoder: () => opened.createEncoder(),
    body: endpoint.createBody(text, opened),
    dialect: "elevenlabs",
    headers: {
      // Not counted in money here, but in ElevenLabs' unit.
      "character-cost": String(text.length),
      "request-id": id,
      "x-request-id": id,
      "access-control-expose-headers": "character-cost, request-id, x-request-id",
    },
    refuse: refuseBody,
  });
}

/** What a session is opened with whose audio is in that format. */
export function channelOf(
  { name, sampleRate }: OutputFormat,
  settings: SpeechSettings,
): ChannelRequest {
  return { settings, encoding: name, sampleRate, frameMs: 20 };
}
