/**
 * What Deepgram's clients use.
 *
 * @module
 */

import type { Version } from "../../../dialects/deepgram/query.ts";
import type { Methods, Routes } from "../../route.ts";
import { socketRoute } from "../../socket_route.ts";
import type { SpeechRoutesOptions } from "../../speech_routes.ts";
import { deepgramProtocol } from "./socket.ts";
import { speechRoute } from "./speech.ts";

/** The paths. */
export function deepgramRoutes({ door, names, dialectLead: lead }: SpeechRoutesOptions): Routes {
  const methods = (version: Version): Methods => ({
    GET: socketRoute(door, deepgramProtocol({ version, names, lead })),
    POST: speechRoute(door, names, version),
  });
  return { "/v1/speak": methods("v1"), "/v2/speak": methods("v2") };
}
