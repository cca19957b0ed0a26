/**
 * Reading what a client of either WebSocket sends.
 *
 * Source: `WebsocketTtsClientMessageMulti`, `InitializeConnection` and `SendText` of
 * @elevenlabs/elevenlabs-js 2.73.0; its documentation of the API also names the key `xi_api_key`.
 *
 * @module
 */

import type { Problem } from "../../speech/types.ts";
import type { BadParameter } from "../dialect.ts";
import { bad, type Message, parseObject, readBoolean, readString } from "../fields.ts";
import { readSchedule, type Schedule } from "./chunk_schedule.ts";
import { readSpeed } from "./voice_settings.ts";

/** What one message asks for. */
export interface ClientMessage {
  /** Empty for the context that is meant where none is named. */
  readonly contextId: string;
  readonly text: string | undefined;
  readonly flush: boolean;
  /** Speak what is there, if it is not too little. */
  readonly tryTrigger: boolean;
  readonly speed: number | undefined;
  readonly schedule: Schedule | undefined;
  readonly closeContext: boolean | undefined;
  readonly closeSocket: boolean;
  readonly key: string | undefined;
}

/** Characters of a context's name. */
const MAX_CONTEXT_ID = 256;

/** The JSON object of a message, or the reason why there is none. */
export function parseMessage(
  data: string | Uint8Array,
): { readonly message: Message } | { readonly problem: Problem } {
  const message = typeof data === "string" ? parseObject(data) : undefined;
  if (message !== undefined) return { message };
  return { problem: { code: "bad_json", message: "the message is not a JSON object" } };
}

/** A field of a message cannot be used. */
export function badMessage({ field, message, allowed, limit }: BadParameter): Problem {
  return {
    code: "bad_message",
    message: allowed === undefined ? message : `${message}; it may be ${allowed.join(", ")}`,
    field,
    ...(limit === undefined ? {} : { limit }),
  };
}

/**
 * Reads a message. What has no meaning here, such as pronunciation dictionaries, is not looked at.
 *
 * @throws {BadField}
 */
export function readClientMessage(message: Message): ClientMessage {
  const read: ClientMessage = {
    contextId: readContextId(message),
    text: readString(message, "text"),
    flush: readBoolean(message, "flush") ?? false,
    tryTrigger: readBoolean(message, "try_trigger_generation") ?? false,
    speed: readSpeed(message),
    schedule: readSchedule(message),
    closeContext: readBoolean(message, "close_context"),
    closeSocket: readBoolean(message, "close_socket") ?? false,
    key: readKey(message),
  };
  const { text, flush, closeContext, closeSocket } = read;
  if (text === undefined && closeContext === undefined && !flush && !closeSocket) {
    throw bad("text", "is missing");
  }
  return read;
}

/**
 * The name of the context that a message is about; empty where none is named.
 *
 * @throws {BadField}
 */
export function readContextId(message: Message): string {
  return readString(message, "context_id", MAX_CONTEXT_ID) ?? "";
}

function readKey(message: Message): string | undefined {
  const key = readString(message, "xi-api-key") ?? readString(message, "xi_api_key");
  return key ?? readString(message, "authorization")?.replace(/^Bearer +/i, "");
}
