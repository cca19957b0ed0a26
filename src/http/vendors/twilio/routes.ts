/**
 * Twilio's phone calls, and the sessions that speak to them.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { Door } from "../../door.ts";
import { badHandshake } from "../../handshake.ts";
import type { Outlet } from "../../outlet.ts";
import { type HttpRefusal, refuse } from "../../refusal.ts";
import type { Route } from "../../route.ts";
import { upgradeToSocket } from "../../upgrade.ts";
import type { Calls } from "./calls.ts";
import { TwilioStream } from "./stream.ts";

/** `GET /twilio/stream` */
export function twilioRoute(door: Door, calls: Calls): Route {
  return (request, { visitor, peer, onMessage }) => {
    const { connections, context, pingTimeoutS } = door.options;
    const refusal = badHandshake(request) ?? door.fullness({ counts: true, visitor });
    if (refusal !== undefined) return refuse(refusal);
    const { socket, response } = upgradeToSocket(request, {
      clock: context.clock,
      pingTimeoutS,
      onMessage,
    });
    const isKnown = visitor !== undefined;
    connections.add(new TwilioStream({ socket, door, calls, isKnown, peer }), visitor);
    return response;
  };
}

/** The call that a session is to speak to, or why it cannot. */
export async function callFor(
  calls: Calls,
  wanted: { readonly callSid: string; readonly sendsVoice: boolean },
  signal: AbortSignal,
): Promise<Outlet | HttpRefusal> {
  const { callSid, sendsVoice } = wanted;
  const call = await calls.find(callSid, signal);
  if (call === undefined) return noSuchCall(callSid);
  return call.reserve({ sendsVoice }) ? call : taken(callSid);
}

function noSuchCall(callSid: string): HttpRefusal {
  return {
    status: STATUS_CODE.NotFound,
    error: {
      code: "not_found",
      message: `Twilio has connected no call ${callSid} to /twilio/stream`,
      field: "call",
    },
  };
}

function taken(callSid: string): HttpRefusal {
  return {
    status: STATUS_CODE.Conflict,
    error: {
      code: "busy",
      message: `another session speaks to call ${callSid} already`,
      field: "call",
    },
  };
}
