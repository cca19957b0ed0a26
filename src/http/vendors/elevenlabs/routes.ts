/**
 * What ElevenLabs' clients use, but for what others have under the same path: the lists of voices and of
 * models.
 *
 * @module
 */

import { models } from "../../../dialects/elevenlabs/models.ts";
import type { Route, Routes } from "../../route.ts";
import { socketRoute } from "../../socket_route.ts";
import type { SpeechRoutesOptions } from "../../speech_routes.ts";
import { multiStreamInputProtocol, streamInputProtocol } from "./sockets.ts";
import { plainSpeech, speechRoute, timestampedSpeech, timestampedStream } from "./speech.ts";
import { voiceRoutes } from "./voices.ts";

/** Where one voice speaks. */
const SPEECH = "/v1/text-to-speech/:voice_id";

/** The paths of plain HTTP. */
export function elevenLabsRoutes({ door, voices, names }: SpeechRoutesOptions): Routes {
  const { get, search } = voiceRoutes({ voices, names });
  return {
    [SPEECH]: { POST: speechRoute(door, names, plainSpeech) },
    [`${SPEECH}/stream`]: { POST: speechRoute(door, names, plainSpeech) },
    [`${SPEECH}/with-timestamps`]: { POST: speechRoute(door, names, timestampedSpeech) },
    [`${SPEECH}/stream/with-timestamps`]: { POST: speechRoute(door, names, timestampedStream) },
    "/v1/voices/:voice_id": get,
    "/v2/voices": search,
  };
}

/** The paths of WebSockets, whose clients may show their key in the first message. */
export function elevenLabsSockets(options: SpeechRoutesOptions): Routes {
  const { door, names, dialectLead: lead, newContextInterrupts } = options;
  const protocol = { names, lead, newContextInterrupts };
  return {
    [`${SPEECH}/stream-input`]: socketRoute(door, streamInputProtocol(protocol)),
    [`${SPEECH}/multi-stream-input`]: socketRoute(door, multiStreamInputProtocol(protocol)),
  };
}

/** `GET /v1/models`, for ElevenLabs' clients. */
export function elevenLabsModels({ door, voices }: SpeechRoutesOptions): Route {
  const list = models({
    languages: voices.map(({ language }) => language),
    maxCharacters: door.options.context.limits.maxTextCharacters,
  });
  return () => Response.json(list);
}
