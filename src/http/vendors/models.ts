/**
 * `GET /v1/models`, which OpenAI and ElevenLabs both have, with different answers.
 *
 * @module
 */

import type { Route } from "../route.ts";

/** Who answers. */
export interface ModelsRouteOptions {
  readonly openAi: Route;
  /** For clients of ElevenLabs. */
  readonly elevenLabs?: Route;
}

/** The route: clients of ElevenLabs are known by the header that has their key. */
export function modelsRoute({ openAi, elevenLabs = openAi }: ModelsRouteOptions): Route {
  return (request, context) =>
    request.headers.has("xi-api-key") ? elevenLabs(request, context) : openAi(request, context);
}
