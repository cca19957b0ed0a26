/**
 * The messages of Twilio's Media Streams, for bidirectional streams (`<Connect><Stream>`).
 *
 * Source: Twilio's documentation, "Media Streams - WebSocket Messages".
 *
 * @module
 */

import { isObject, type Message, parseObject } from "../fields.ts";

/** What Twilio tells. */
export type TwilioEvent =
  | { readonly event: "connected" }
  | {
    readonly event: "start";
    readonly streamSid: string;
    readonly callSid: string;
    /** What the `<Parameter>` elements of the TwiML say. */
    readonly parameters: Readonly<Record<string, string>>;
  }
  /** The caller's voice: mu-law, 8 kHz. */
  | { readonly event: "media"; readonly audio: Uint8Array<ArrayBuffer> }
  /** All audio before the mark of that name was played, or thrown away. */
  | { readonly event: "mark"; readonly name: string }
  | { readonly event: "dtmf"; readonly digit: string }
  | { readonly event: "stop" };

/** Reads a message; undefined for one that is none of Twilio's. */
export function readTwilio(data: string): TwilioEvent | undefined {
  const message = parseObject(data);
  switch (message?.event) {
    case "connected":
    case "stop":
      return { event: message.event };
    case "start":
      return readStart(objectIn(message, "start"));
    case "media":
      return readMedia(textIn(objectIn(message, "media"), "payload"));
    case "mark":
      return withText(textIn(objectIn(message, "mark"), "name"), "mark", "name");
    case "dtmf":
      return withText(textIn(objectIn(message, "dtmf"), "digit"), "dtmf", "digit");
    default:
      return undefined;
  }
}

function readStart(start: Message): TwilioEvent | undefined {
  const streamSid = textIn(start, "streamSid");
  const callSid = textIn(start, "callSid");
  if (streamSid === undefined || callSid === undefined) return undefined;
  const parameters = Object.entries(objectIn(start, "customParameters"))
    .filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return { event: "start", streamSid, callSid, parameters: Object.fromEntries(parameters) };
}

function readMedia(payload: string | undefined): TwilioEvent | undefined {
  if (payload === undefined) return undefined;
  try {
    return { event: "media", audio: Uint8Array.fromBase64(payload) };
  } catch {
    return undefined;
  }
}

function withText<E extends string, F extends string>(
  text: string | undefined,
  event: E,
  field: F,
) {
  return text === undefined
    ? undefined
    : { event, [field]: text } as { readonly event: E } & Readonly<Record<F, string>>;
}

function objectIn(message: Message, field: string): Message {
  const value = message[field];
  return isObject(value) ? value : {};
}

function textIn(message: Message, field: string): string | undefined {
  const value = message[field];
  return typeof value === "string" ? value : undefined;
}

/** Audio to be played: mu-law, 8 kHz. */
export function mediaMessage(streamSid: string, audio: Uint8Array<ArrayBuffer>): string {
  return JSON.stringify({ event: "media", streamSid, media: { payload: audio.toBase64() } });
}

/** Comes back when all audio before it was played. */
export function markMessage(streamSid: string, name: string): string {
  return JSON.stringify({ event: "mark", streamSid, mark: { name } });
}

/** Throws away all audio that waits to be played; its marks come back at once. */
export function clearMessage(streamSid: string): string {
  return JSON.stringify({ event: "clear", streamSid });
}
