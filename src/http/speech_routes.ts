/**
 * Everything that listeners' clients use.
 *
 * @module
 */

import type { VoiceNames } from "../dialects/voice_names.ts";
import type { Voice } from "../speech/backend.ts";
import type { Lead } from "../speech/types.ts";
import type { Door } from "./door.ts";
import type { Routes } from "./route.ts";
import { sessionProtocol } from "./session_route.ts";
import { socketRoute } from "./socket_route.ts";
import { cartesiaRoutes } from "./vendors/cartesia/routes.ts";
import { deepgramRoutes } from "./vendors/deepgram/routes.ts";
import { modelsRoute } from "./vendors/models.ts";
import { modelRoutes } from "./vendors/openai/models.ts";
import { openAiRoutes } from "./vendors/openai/routes.ts";
import { Calls } from "./vendors/twilio/calls.ts";
import { callFor, twilioRoute } from "./vendors/twilio/routes.ts";
import { voicesRoute } from "./voices.ts";

/** Options of {@linkcode speechRoutes}. */
export interface SpeechRoutesOptions {
  readonly door: Door;
  readonly voices: readonly Voice[];
  readonly names: VoiceNames;
  /** For clients of our own protocol that choose none. */
  readonly defaultLead: Lead;
  /** For clients of other vendors. */
  readonly dialectLead: Lead;
  /** Whether a new context of a connection stops those before it. */
  readonly newContextInterrupts: boolean;
}

/** The paths. */
export function speechRoutes(options: SpeechRoutesOptions): Routes {
  const { door, voices, names, defaultLead } = options;
  const { defaultVoice } = names;
  const openAiModels = modelRoutes(door, Date.now());
  const calls = new Calls(door.options.context.clock);
  return {
    "/v1/session": socketRoute(
      door,
      sessionProtocol({
        voices,
        defaultVoice,
        defaultLead,
        openCall: (wanted, signal) => callFor(calls, wanted, signal),
      }),
    ),
    "/twilio/stream": twilioRoute(door, calls),
    ...cartesiaRoutes(options),
    ...deepgramRoutes(options),
    ...openAiRoutes(options),
    "/v1/models": modelsRoute({ openAi: openAiModels.list }),
    "/v1/models/:model": openAiModels.get,
    "/v1/voices": voicesRoute({ auth: door.options.auth, voices, defaultVoice }),
  };
}
