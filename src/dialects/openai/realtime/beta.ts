/**
 * Realtime as its beta had it, for clients that send `OpenAI-Beta: realtime=v1`.
 *
 * Source: the types of OpenAI's SDK, `resources/beta/realtime/realtime.ts`.
 *
 * @module
 */

import { outputFormats } from "./formats.ts";
import type {
  ItemResource,
  PartResource,
  ResponseResource,
  ServerEvent,
  SessionResource,
} from "./resources.ts";

/** The beta's names of events that have others now. */
const NAMES: Readonly<Record<string, string>> = {
  "response.output_audio.delta": "response.audio.delta",
  "response.output_audio.done": "response.audio.done",
  "response.output_audio_transcript.delta": "response.audio_transcript.delta",
  "response.output_audio_transcript.done": "response.audio_transcript.done",
};

/** Events that the beta did not have. */
const NEW_EVENTS = ["conversation.item.added", "conversation.item.done"];

/** An event in its beta's form; none where the beta had none. */
export function toBeta({ session, response, item, ...event }: ServerEvent): BetaEvent[] {
  if (NEW_EVENTS.includes(event.type)) return [];
  return [{
    ...event,
    type: NAMES[event.type] ?? event.type,
    ...(session && { session: betaSession(session) }),
    ...(response && { response: betaResponse(response) }),
    ...(item && { item: betaItem(item) }),
  }];
}

/** An event for a client of the beta. */
export interface BetaEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

function betaSession({ object, id, model, instructions, audio }: SessionResource) {
  const { format, voice, speed } = audio.output;
  return {
    object,
    id,
    model,
    modalities: ["audio", "text"],
    instructions,
    voice,
    speed,
    output_audio_format: outputFormats[format.type].betaName,
    input_audio_transcription: null,
    turn_detection: null,
    tools: [],
    tool_choice: "none",
    max_response_output_tokens: "inf",
  };
}

function betaResponse(response: ResponseResource) {
  const { audio, output, output_modalities: _modalities, ...rest } = response;
  return {
    ...rest,
    output: output.map(betaItem),
    modalities: ["audio", "text"],
    voice: audio.output.voice,
    output_audio_format: outputFormats[audio.output.format.type].betaName,
  };
}

function betaItem(item: ItemResource) {
  return { ...item, content: item.content.map(betaPart) };
}

function betaPart(part: PartResource): PartResource {
  return part.type === "output_audio" ? { ...part, type: "audio" } : part;
}
