/**
 * `GET /v1/models`, which OpenAI and ElevenLabs both have, with different answers.
 *
 * @module
 */

import type { GuardOptions } from "../guarded.ts";
import type { Route } from "../route.ts";
import { refuseElevenLabs } from "./elevenlabs/refusal.ts";
import { refuseOpenAi } from "./openai/refusal.ts";

/** Who answers. */
export interface ModelsRouteOptions {
  readonly openAi: Route;
  /** For clients of ElevenLabs. */
  readonly elevenLabs?: Route;
}

/** The route. */
export function modelsRoute({ openAi, elevenLabs = openAi }: ModelsRouteOptions): Route {
  return (request, context) =>
    isElevenLabs(request) ? elevenLabs(request, context) : openAi(request, context);
}

/** Tells a stranger, in the words of who asks. */
export const refuseModels: GuardOptions["refuse"] = (refusal, request) =>
  isElevenLabs(request) ? refuseElevenLabs(refusal) : refuseOpenAi(refusal);

/** Clients of ElevenLabs are known by the header that has their key. */
function isElevenLabs({ headers }: Request): boolean {
  return headers.has("xi-api-key");
}
