/**
 * `GET /v1/voices/{voice_id}` and `GET /v2/voices`: who can speak here, in ElevenLabs' words.
 *
 * @module
 */

import { elevenLabsVoice, voicePage } from "../../../dialects/elevenlabs/voices.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { Voice } from "../../../speech/backend.ts";
import { badRequest } from "../../refusal.ts";
import type { Route } from "../../route.ts";
import { refuseElevenLabs, unknownVoice } from "./refusal.ts";

/** Options of {@linkcode voiceRoutes}. */
export interface VoiceRoutesOptions {
  readonly voices: readonly Voice[];
  readonly names: VoiceNames;
}

/** The routes of one voice, and of those that are looked for. */
export function voiceRoutes(
  { voices, names }: VoiceRoutesOptions,
): { readonly get: Route; readonly search: Route } {
  const byId = new Map(voices.map((voice) => [voice.id, voice]));
  const voiceOf = (name: string) => {
    const id = names.find(name);
    return id === undefined ? undefined : elevenLabsVoice(name, byId.get(id)!);
  };
  const all = names.names.map((name) => voiceOf(name)!);
  return {
    // Whoever would be spoken for is there: some clients look before they speak.
    get: (_request, { params }) => {
      const voice = voiceOf(params.voice_id!);
      return voice === undefined
        ? refuseElevenLabs(badRequest(unknownVoice(params.voice_id!)))
        : notStored(voice);
    },
    search: (_request, { url }) => {
      const page = voicePage(all, url.searchParams);
      return "field" in page ? refuseElevenLabs(badRequest(page)) : notStored(page);
    },
  };
}

function notStored(body: object): Response {
  return Response.json(body, { headers: { "cache-control": "no-store" } });
}
