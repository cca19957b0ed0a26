/**
 * `GET /v1/voices`: who can speak here, for whoever may listen.
 *
 * ElevenLabs has the same path, so each voice is told in our words and in its: `id` is for our protocol,
 * and `voice_id` is one of the names by which vendors' clients know the voice.
 *
 * @module
 */

import { elevenLabsVoice } from "../dialects/elevenlabs/voices.ts";
import type { VoiceNames } from "../dialects/voice_names.ts";
import type { Voice } from "../speech/backend.ts";
import type { Refuse } from "./refusal.ts";
import type { Route } from "./route.ts";
import { detailOf } from "./vendors/elevenlabs/refusal.ts";

/** Options of {@linkcode voicesRoute}. */
export interface VoicesOptions {
  readonly voices: readonly Voice[];
  readonly names: VoiceNames;
}

/** The route. */
export function voicesRoute({ voices, names }: VoicesOptions): Route {
  const byId = new Map(voices.map((voice) => [voice.id, voice]));
  // Our own clients mean our voices, whatever VOICE_MAP makes of their ids for others.
  const voiceOf = (name: string) => byId.get(name) ?? byId.get(names.find(name)!)!;
  const body = {
    default_voice: names.defaultVoice,
    voices: names.names.map((name) => toldTwice(name, voiceOf(name))),
  };
  return () => Response.json(body, { headers: { "cache-control": "no-store" } });
}

/** In the words of both. */
export const refuseVoices: Refuse = (refusal) => {
  const { status, error, headers } = refusal;
  const body = { error, detail: detailOf(refusal) };
  return Response.json(body, { status, ...(headers && { headers }) });
};

function toldTwice(name: string, voice: Voice): object {
  const { id, language, sampleRate } = voice;
  return { id, language, sample_rate: sampleRate, ...elevenLabsVoice(name, voice) };
}
