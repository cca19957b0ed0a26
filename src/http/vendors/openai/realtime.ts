/**
 * `GET /v1/realtime`: OpenAI's Realtime, as far as it speaks.
 *
 * @module
 */

import { encoderOf, type SampleEncoding } from "../../../codecs/sample_encodings.ts";
import type { BadParameter } from "../../../dialects/dialect.ts";
import { channelRequest, defaultConfig } from "../../../dialects/openai/realtime/config.ts";
import { RealtimeDialect } from "../../../dialects/openai/realtime/dialect.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { Lead } from "../../../speech/types.ts";
import { offeredProtocols } from "../../shown_keys.ts";
import type { CreateEncoder } from "../../channel.ts";
import type { SocketProtocol } from "../../socket_route.ts";
import { refuseOpenAi } from "./refusal.ts";

/** The subprotocol that clients in browsers offer beside their key. */
const SUBPROTOCOL = "realtime";

/** How clients in browsers ask for the beta. */
const BETA_SUBPROTOCOL = "openai-beta.realtime-v1";

/** Where no model is named. */
const DEFAULT_MODEL = "syrinx";

/** Options of {@linkcode realtimeProtocol}. */
export interface RealtimeProtocolOptions {
  readonly names: VoiceNames;
  readonly lead: Lead;
}

/** The protocol, for `socketRoute`. */
export function realtimeProtocol({ names, lead }: RealtimeProtocolOptions): SocketProtocol {
  return {
    read({ headers }, { url: { searchParams } }) {
      const problem = unsupported(searchParams);
      if (problem !== undefined) return problem;
      const model = searchParams.get("model") ?? DEFAULT_MODEL;
      return {
        dialect: new RealtimeDialect({ names, lead, model, isBeta: isBeta(headers) }),
        main: channelRequest(defaultConfig(names), lead),
        loadEncoder: () => createEncoder,
      };
    },
    refuse: refuseOpenAi,
    choose: (offered) => offered.includes(SUBPROTOCOL) ? SUBPROTOCOL : undefined,
  };
}

const createEncoder: CreateEncoder = ({ encoding }) => ({
  encode: encoderOf(encoding as SampleEncoding),
  close() {},
});

function isBeta(headers: Headers): boolean {
  return headers.get("openai-beta")?.includes("realtime=v1") ||
    offeredProtocols(headers).includes(BETA_SUBPROTOCOL);
}

/** What else OpenAI has at this path. */
function unsupported(query: URLSearchParams): BadParameter | undefined {
  if (query.has("call_id")) {
    return { field: "call_id", message: "call_id cannot be used: this server has no calls" };
  }
  if (query.get("intent") === "transcription") {
    return { field: "intent", message: "intent cannot be transcription: this server only speaks" };
  }
  return undefined;
}
