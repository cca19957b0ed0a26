/**
 * `GET /voices` and `GET /voices/{id}`: who can speak here, in Cartesia's words.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { cartesiaVoice, voicePage } from "../../../dialects/cartesia/voices.ts";
import { RELEASED_AT } from "../../../dialects/released.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { Voice } from "../../../speech/backend.ts";
import { badRequest } from "../../refusal.ts";
import type { Route } from "../../route.ts";
import { refuseCartesia, requestId, requestIdHeaders } from "./refusal.ts";

/** Options of {@linkcode voiceRoutes}. */
export interface VoiceRoutesOptions {
  readonly voices: readonly Voice[];
  readonly names: VoiceNames;
}

/** The routes of the list and of one voice. */
export function voiceRoutes(
  { voices, names }: VoiceRoutesOptions,
): { readonly list: Route; readonly get: Route } {
  const createdAt = RELEASED_AT.toISOString();
  const all = voices.map((voice) => cartesiaVoice(voice, createdAt));
  return {
    list: (_request, { url }) => {
      const page = voicePage(all, url.searchParams);
      return "field" in page ? refuseCartesia(badRequest(page)) : notStored(page);
    },
    get: (_request, { params }) => {
      const name = params.id!;
      const id = names.names.includes(name) ? names.find(name) : undefined;
      const voice = all.find((voice) => voice.id === id);
      return voice === undefined ? noSuchVoice(name) : notStored({ ...voice, id: name });
    },
  };
}

function notStored(body: object): Response {
  const headers = { "cache-control": "no-store", ...requestIdHeaders(requestId()) };
  return Response.json(body, { headers });
}

function noSuchVoice(name: string): Response {
  return refuseCartesia({
    status: STATUS_CODE.NotFound,
    error: { code: "not_found", message: `there is no voice ${JSON.stringify(name)}` },
  });
}
