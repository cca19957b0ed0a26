/**
 * `GET /v1/session`: the session protocol of Syrinx.
 *
 * @module
 */

import { encodings, isEncoding, sampleRatesOf } from "../codecs/encodings.ts";
import { NativeDialect } from "../dialects/native.ts";
import {
  type Offer,
  readSessionRequest,
  type SessionRequest,
} from "../dialects/native_settings.ts";
import type { Voice } from "../speech/backend.ts";
import type { Lead } from "../speech/types.ts";
import { loadLiveEncoder } from "./encoders.ts";
import type { Outlet } from "./outlet.ts";
import { type HttpRefusal, refuse } from "./refusal.ts";
import type { SocketOrder, SocketProtocol } from "./socket_route.ts";

/** The protocol's name as a WebSocket subprotocol. */
export const SUBPROTOCOL = "syrinx.v1";

/** Frame durations a client may choose, in ms; the first is the default. */
export const FRAME_MS = [20, 10, 40, 60];

/** The duration of an Opus packet here, in ms. */
const OPUS_FRAME_MS = [20];

/** Options of {@linkcode sessionProtocol}. */
export interface SessionProtocolOptions {
  readonly voices: readonly Voice[];
  readonly defaultVoice: string;
  readonly defaultLead: Lead;
  readonly openCall: OpenCall;
}

/** Finds the phone call that a session is to speak to. */
type OpenCall = (
  wanted: { readonly callSid: string; readonly sendsVoice: boolean },
  signal: AbortSignal,
) => Promise<Outlet | HttpRefusal>;

/** Where the audio goes: to the client, or to the phone call that it names. */
function way(
  { audioHeader, call, callAudio: sendsVoice }: SessionRequest,
  openCall: OpenCall,
): Pick<SocketOrder, "dialect" | "openOutlet"> {
  if (call === undefined) return { dialect: new NativeDialect({ audioHeader }) };
  return {
    dialect: new NativeDialect({ audioHeader, name: "twilio" }),
    openOutlet: (signal) => openCall({ callSid: call, sendsVoice }, signal),
  };
}

/** The protocol, for `socketRoute`. */
export function sessionProtocol(options: SessionProtocolOptions): SocketProtocol {
  const offer: Offer = {
    voices: new Map(options.voices.map((voice) => [voice.id, voice.sampleRate])),
    defaultVoice: options.defaultVoice,
    defaultLead: options.defaultLead,
    encodings,
    sampleRatesOf: (encoding) => isEncoding(encoding) ? sampleRatesOf(encoding) : [],
    frameMsOf: (encoding) => encoding === "opus" ? OPUS_FRAME_MS : FRAME_MS,
  };
  return {
    read(_request, { url }) {
      const main = readSessionRequest(url.searchParams, offer);
      if ("field" in main) return main;
      return { main, loadEncoder: () => loadLiveEncoder(main), ...way(main, options.openCall) };
    },
    refuse,
    choose: (offered) => offered.includes(SUBPROTOCOL) ? SUBPROTOCOL : undefined,
  };
}
