/**
 * `GET /v1/voices`: who can speak here, for whoever may listen.
 *
 * @module
 */

import type { Voice } from "../speech/backend.ts";
import type { Auth } from "./auth.ts";
import type { Route } from "./route.ts";
import { unauthorized } from "./unauthorized.ts";

/** Options of {@linkcode voicesRoute}. */
export interface VoicesOptions {
  readonly auth: Auth;
  readonly voices: readonly Voice[];
  readonly defaultVoice: string;
}

/** The route. */
export function voicesRoute({ auth, voices, defaultVoice }: VoicesOptions): Route {
  const body = {
    default_voice: defaultVoice,
    voices: voices.map(({ id, description, language, sampleRate }) => ({
      id,
      description,
      language,
      sample_rate: sampleRate,
    })),
  };
  return (request, { url }) =>
    auth.allows(request, url)
      ? Response.json(body, { headers: { "cache-control": "no-store" } })
      : unauthorized();
}
