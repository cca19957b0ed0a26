/**
 * `POST /tts/bytes` and `POST /tts/sse`: speech as the answer to one request.
 *
 * @module
 */

import { type AudioFormat, mp3Bitrates } from "../../../codecs/format_limits.ts";
import { openFormat } from "../../../codecs/formats.ts";
import { channelOf } from "../../../dialects/cartesia/generation.ts";
import type { Container, OutputFormat } from "../../../dialects/cartesia/output_format.ts";
import {
  readSpeechRequest,
  type SpeechRequest,
} from "../../../dialects/cartesia/speech_request.ts";
import { EventStream } from "../../../dialects/cartesia/sse.ts";
import { StepTimer } from "../../../dialects/cartesia/step_timer.ts";
import type { BadParameter } from "../../../dialects/dialect.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { Door } from "../../door.ts";
import { readJson } from "../../json_body.ts";
import { badRequest } from "../../refusal.ts";
import type { Route } from "../../route.ts";
import { type Asked, audioBody, type SpeechBody, speechResponse } from "../../speech_response.ts";
import { refuseCartesia, requestId, requestIdHeaders } from "./refusal.ts";
import { withVolume } from "./volume.ts";

/** What makes an endpoint. */
interface Endpoint {
  readonly containers: readonly Container[];
  readonly createBody: (request: SpeechRequest, contentType: string) => SpeechBody;
}

/** `POST /tts/bytes` */
export function bytesRoute(door: Door, names: VoiceNames): Route {
  return speechRoute(door, names, {
    containers: ["raw", "wav", "mp3"],
    createBody: (_request, contentType) => audioBody(contentType),
  });
}

/** `POST /tts/sse` */
export function sseRoute(door: Door, names: VoiceNames): Route {
  const { clock } = door.options.context;
  return speechRoute(door, names, {
    containers: ["raw"],
    createBody: ({ contextId }) =>
      new EventStream({
        contextId,
        requestId: requestId(),
        steps: new StepTimer(() => clock.now()),
      }),
  });
}

function speechRoute(door: Door, names: VoiceNames, endpoint: Endpoint): Route {
  const { maxMessageBytes } = door.options;
  return async (request, { visitor }) => {
    const json = await readJson(request, maxMessageBytes);
    if ("refusal" in json) return refuseCartesia(json.refusal);
    const wanted = readSpeechRequest(json.body, names, endpoint.containers);
    if ("field" in wanted) return refuseCartesia(badRequest(wanted));
    return speak(door, { request, visitor }, wanted, endpoint);
  };
}

async function speak(
  door: Door,
  asked: Asked,
  wanted: SpeechRequest,
  endpoint: Endpoint,
): Promise<Response> {
  const bad = checkBitrate(wanted.format);
  if (bad !== undefined) return refuseCartesia(badRequest(bad));
  const format = await openFormat(audioFormatOf(wanted.format));
  return speechResponse(door, asked, {
    text: wanted.transcript,
    textField: "transcript",
    refusesSilence: true,
    channel: channelOf(wanted, "unpaced"),
    createEncoder: ({ volume }) => withVolume(format.createEncoder(), volume),
    body: endpoint.createBody(wanted, format.contentType),
    dialect: "cartesia",
    headers: requestIdHeaders(requestId()),
    refuse: refuseCartesia,
  });
}

/** Cartesia's bitrates do not go with all of its sample rates: MP3 has limits. */
function checkBitrate(format: OutputFormat): BadParameter | undefined {
  if (format.container !== "mp3") return undefined;
  const { bitrate, sampleRate } = format;
  const allowed = mp3Bitrates(sampleRate);
  if (allowed.includes(bitrate)) return undefined;
  const field = "output_format.bit_rate";
  const message = `${field} cannot be ${bitrate} at ${sampleRate} Hz`;
  return { field, message, allowed: allowed.map(String) };
}

function audioFormatOf(format: OutputFormat): AudioFormat {
  switch (format.container) {
    case "raw":
      return { name: format.encoding, sampleRate: format.sampleRate };
    case "wav":
      return { name: "wav", encoding: format.encoding, sampleRate: format.sampleRate };
    case "mp3":
      return { name: "mp3", bitrate: format.bitrate, sampleRate: format.sampleRate };
  }
}
