/**
 * What Cartesia's clients use.
 *
 * @module
 */

import type { Routes } from "../../route.ts";
import { socketRoute } from "../../socket_route.ts";
import type { SpeechRoutesOptions } from "../../speech_routes.ts";
import { cartesiaProtocol } from "./socket.ts";
import { bytesRoute, sseRoute } from "./speech.ts";
import { voiceRoutes } from "./voices.ts";

/** The paths. */
export function cartesiaRoutes(options: SpeechRoutesOptions): Routes {
  const { door, names, dialectLead: lead, newContextInterrupts } = options;
  const { clock } = door.options.context;
  const voices = voiceRoutes(options);
  return {
    "/tts/bytes": { POST: bytesRoute(door, names) },
    "/tts/sse": { POST: sseRoute(door, names) },
    "/tts/websocket": socketRoute(
      door,
      cartesiaProtocol({ names, lead, newContextInterrupts, now: () => clock.now() }),
    ),
    "/voices": voices.list,
    "/voices/:id": voices.get,
  };
}
