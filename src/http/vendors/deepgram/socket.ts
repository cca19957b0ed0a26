/**
 * `GET /v1/speak` and `GET /v2/speak`: Deepgram's WebSockets.
 *
 * @module
 */

import { encoderOf, type SampleEncoding } from "../../../codecs/sample_encodings.ts";
import { AuraDialect } from "../../../dialects/deepgram/aura.ts";
import { streamChannel } from "../../../dialects/deepgram/channel.ts";
import { FluxDialect } from "../../../dialects/deepgram/flux.ts";
import {
  readStreamRequest,
  type StreamRequest,
  type Version,
} from "../../../dialects/deepgram/query.ts";
import type { Dialect } from "../../../dialects/dialect.ts";
import type { VoiceNames } from "../../../dialects/voice_names.ts";
import type { Lead } from "../../../speech/types.ts";
import type { CreateEncoder } from "../../channel.ts";
import type { SocketProtocol } from "../../socket_route.ts";
import { modelOf } from "./model.ts";
import { refuseDeepgram } from "./refusal.ts";

/** Clients in browsers offer one of these beside their key, and want it back. */
const SUBPROTOCOLS = ["token", "bearer"];

/** Options of {@linkcode deepgramProtocol}. */
export interface DeepgramProtocolOptions {
  readonly version: Version;
  readonly names: VoiceNames;
  readonly lead: Lead;
}

/** The protocol, for `socketRoute`. */
export function deepgramProtocol(
  { version, names, lead }: DeepgramProtocolOptions,
): SocketProtocol {
  return {
    read(_request, { url }) {
      const wanted = readStreamRequest(url.searchParams, names, version);
      if ("field" in wanted) return wanted;
      return {
        dialect: createDialect(wanted, version),
        main: streamChannel(wanted, lead),
        loadEncoder: () => createEncoder,
      };
    },
    refuse: refuseDeepgram,
    choose: (offered) => offered.find((name) => SUBPROTOCOLS.includes(name)),
  };
}

function createDialect({ voice, speed }: StreamRequest, version: Version): Dialect {
  const model = modelOf(voice);
  return version === "v1" ? new AuraDialect(model) : new FluxDialect({ model, speed, createId });
}

function createId(): string {
  return `dg_sp_${crypto.getRandomValues(new Uint8Array(6)).toHex()}`;
}

const createEncoder: CreateEncoder = ({ encoding }) => ({
  encode: encoderOf(encoding as SampleEncoding),
  close() {},
});
