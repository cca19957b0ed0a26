/**
 * Everything that listeners' clients use.
 *
 * @module
 */

import type { Tokens } from "../auth/tokens.ts";
import type { VoiceNames } from "../dialects/voice_names.ts";
import type { Voice } from "../speech/backend.ts";
import type { Lead } from "../speech/types.ts";
import type { Facts } from "./descriptions/facts.ts";
import type { Door } from "./door.ts";
import { guarded } from "./guarded.ts";
import { refuse } from "./refusal.ts";
import type { Routes } from "./route.ts";
import { sessionProtocol } from "./session_route.ts";
import { socketRoute } from "./socket_route.ts";
import { tokenRoute } from "./token_route.ts";
import { refuseCartesia } from "./vendors/cartesia/refusal.ts";
import { cartesiaRoutes } from "./vendors/cartesia/routes.ts";
import { refuseDeepgram } from "./vendors/deepgram/refusal.ts";
import { deepgramRoutes } from "./vendors/deepgram/routes.ts";
import { refuseElevenLabs } from "./vendors/elevenlabs/refusal.ts";
import {
  elevenLabsModels,
  elevenLabsRoutes,
  elevenLabsSockets,
} from "./vendors/elevenlabs/routes.ts";
import { modelsRoute, refuseModels } from "./vendors/models.ts";
import { modelRoutes } from "./vendors/openai/models.ts";
import { refuseOpenAi } from "./vendors/openai/refusal.ts";
import { openAiRoutes } from "./vendors/openai/routes.ts";
import { Calls } from "./vendors/twilio/calls.ts";
import { callFor, twilioRoute } from "./vendors/twilio/routes.ts";
import { refuseVoices, voicesRoute } from "./voices.ts";

/** Options of {@linkcode speechRoutes}. */
export interface SpeechRoutesOptions {
  readonly door: Door;
  readonly voices: readonly Voice[];
  readonly names: VoiceNames;
  /** For clients of our own protocol that choose none. */
  readonly defaultLead: Lead;
  /** For clients of other vendors. */
  readonly dialectLead: Lead;
  readonly tokens: Tokens;
  /** Whether a new context of a connection stops those before it. */
  readonly newContextInterrupts: boolean;
}

/** The paths, and what is to be known to describe them. */
export interface SpeechRoutes {
  readonly routes: Routes;
  readonly facts: Facts;
}

/** What the server has for them. */
export function speechRoutes(options: SpeechRoutesOptions): SpeechRoutes {
  const { door, defaultLead } = options;
  const { limits } = door.options.context;
  return { routes: routesOf(options), facts: { limits, defaultLead } };
}

function routesOf(options: SpeechRoutesOptions): Routes {
  const { door, voices, names, defaultLead, tokens } = options;
  const { defaultVoice } = names;
  const openAiModels = modelRoutes();
  const calls = new Calls(door.options.context.clock);
  const session = sessionProtocol({
    voices,
    defaultVoice,
    defaultLead,
    openCall: (wanted, signal) => callFor(calls, wanted, signal),
  });
  return {
    ...guarded({ door, refuse }, {
      "/v1/session": socketRoute(door, session),
      "/v1/token": { POST: tokenRoute(tokens) },
    }),
    ...guarded({ door, refuse: refuseVoices }, {
      "/v1/voices": voicesRoute({ voices, names }),
    }),
    // Twilio can show a key only in its first message.
    ...guarded({ door, refuse, takesKeyLater: true }, {
      "/twilio/stream": twilioRoute(door, calls),
    }),
    ...guarded({ door, refuse: refuseCartesia }, cartesiaRoutes(options)),
    ...guarded({ door, refuse: refuseDeepgram }, deepgramRoutes(options)),
    ...guarded({ door, refuse: refuseElevenLabs }, elevenLabsRoutes(options)),
    ...guarded({ door, refuse: refuseElevenLabs, takesKeyLater: true }, elevenLabsSockets(options)),
    ...guarded({ door, refuse: refuseOpenAi }, {
      ...openAiRoutes(options),
      "/v1/models/:model": openAiModels.get,
    }),
    ...guarded({ door, refuse: refuseModels }, {
      "/v1/models": modelsRoute({
        openAi: openAiModels.list,
        elevenLabs: elevenLabsModels(options),
      }),
    }),
  };
}
