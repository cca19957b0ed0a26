/**
 * What OpenAI's clients use, but for the list of models: another vendor has that too.
 *
 * @module
 */

import type { Routes } from "../../route.ts";
import { socketRoute } from "../../socket_route.ts";
import type { SpeechRoutesOptions } from "../../speech_routes.ts";
import { realtimeProtocol } from "./realtime.ts";
import { speechRoute } from "./speech.ts";

/** The paths. */
export function openAiRoutes({ door, names, dialectLead: lead }: SpeechRoutesOptions): Routes {
  return {
    "/v1/audio/speech": { POST: speechRoute(door, names) },
    "/v1/realtime": socketRoute(door, realtimeProtocol({ names, lead })),
  };
}
