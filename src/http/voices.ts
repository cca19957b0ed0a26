/**
 * `GET /v1/voices`: who can speak here, for whoever may listen.
 *
 * @module
 */

import type { Voice } from "../speech/backend.ts";
import type { Route } from "./route.ts";

/** Options of {@linkcode voicesRoute}. */
export interface VoicesOptions {
  readonly voices: readonly Voice[];
  readonly defaultVoice: string;
}

/** The route. */
export function voicesRoute({ voices, defaultVoice }: VoicesOptions): Route {
  const body = {
    default_voice: defaultVoice,
    voices: voices.map(({ id, description, language, sampleRate }) => ({
      id,
      description,
      language,
      sample_rate: sampleRate,
    })),
  };
  return () => Response.json(body, { headers: { "cache-control": "no-store" } });
}
