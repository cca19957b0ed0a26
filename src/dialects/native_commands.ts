/**
 * Reading the messages of the session protocol.
 *
 * @module
 */

import { parseTraceparent, TRACEPARENT_ALLOWED } from "../lib/traceparent.ts";
import type { Command, Problem, SpeechSettings } from "../speech/types.ts";
import type { Decoded } from "./dialect.ts";
import { isLead, isSpeed, LEAD_ALLOWED, SPEED_ALLOWED } from "./native_settings.ts";

/** A JSON object whose fields have not been looked at. */
type Message = Readonly<Record<string, unknown>>;

/** Reads one message; a client sends text, and no binary. */
export function decodeNative(data: string | Uint8Array): Decoded {
  if (typeof data !== "string") {
    return refuse({
      code: "unsupported",
      message: "binary messages are not taken; send JSON text",
    });
  }
  const message = parseObject(data);
  if (message === undefined) {
    return refuse({ code: "bad_json", message: "the message is not a JSON object" });
  }
  try {
    return { command: toCommand(message) };
  } catch (error) {
    if (error instanceof BadField) return refuse(error.problem);
    throw error;
  }
}

function refuse(problem: Problem): Decoded {
  return { problem };
}

function parseObject(data: string): Message | undefined {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Message
    : undefined;
}

/** Thrown by the readers of fields, and caught in this file. */
class BadField extends Error {
  readonly problem: Problem;

  constructor(field: string, message: string, limit?: number) {
    super(message);
    this.problem = {
      code: "bad_message",
      message,
      field,
      ...(limit === undefined ? {} : { limit }),
    };
  }
}

function toCommand(message: Message): Command {
  switch (message.type) {
    case "text":
      return {
        type: "text",
        text: readText(message),
        ...utteranceId(message),
        // `is_final` is the name in the messages of older clients.
        final: readBoolean(message, "final") ?? readBoolean(message, "is_final") ?? false,
        ...traceparent(message),
      };
    case "flush":
    case "end":
      return { type: message.type, ...utteranceId(message) };
    case "barge_in": {
      const playedMs = readPlayedMs(message);
      return {
        type: "barge_in",
        ...utteranceId(message),
        ...(playedMs === undefined ? {} : { playedMs }),
      };
    }
    case "pause":
    case "resume":
    case "close":
      return { type: message.type };
    case "playback":
      return {
        type: "playback",
        utteranceId: required(readUtteranceId(message), "utterance_id"),
        playedMs: required(readPlayedMs(message), "played_ms"),
      };
    case "configure":
      return { type: "configure", settings: readSettings(message) };
    case "ping":
      return { type: "ping", ...pingId(message) };
    case "control":
      return controlCommand(message);
    default:
      throw new BadField("type", `there is no message of type ${JSON.stringify(message.type)}`);
  }
}

/** The control messages of older clients. */
function controlCommand(message: Message): Command {
  switch (message.command) {
    case "PAUSE":
      return { type: "pause" };
    case "RESUME":
      return { type: "resume" };
    case "STOP":
      return { type: "barge_in" };
    default:
      throw new BadField("command", "command must be PAUSE, RESUME or STOP");
  }
}

function required<T>(value: T | undefined, field: string): T {
  if (value === undefined) throw new BadField(field, `${field} is missing`);
  return value;
}

function readText(message: Message): string {
  const { text } = message;
  if (typeof text !== "string") throw new BadField("text", "text must be a string");
  if (text === "") throw new BadField("text", "text must have at least 1 character", 1);
  return text;
}

function traceparent(message: Message): { traceparent?: string } {
  const { traceparent } = message;
  if (traceparent === undefined) return {};
  if (typeof traceparent === "string" && parseTraceparent(traceparent)) return { traceparent };
  throw new BadField("traceparent", `traceparent must be ${TRACEPARENT_ALLOWED}`);
}

function readBoolean(message: Message, field: string): boolean | undefined {
  const value = message[field];
  if (value === undefined || typeof value === "boolean") return value;
  throw new BadField(field, `${field} must be true or false`);
}

function utteranceId(message: Message): { utteranceId?: string } {
  const id = readUtteranceId(message);
  return id === undefined ? {} : { utteranceId: id };
}

function readUtteranceId(message: Message): string | undefined {
  const id = message.utterance_id;
  if (id === undefined) return undefined;
  if (typeof id === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(id)) return id;
  throw new BadField("utterance_id", "utterance_id must be 1 to 64 of A-Z a-z 0-9 _ - .", 64);
}

function readPlayedMs(message: Message): number | undefined {
  const value = message.played_ms;
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0) return value;
  throw new BadField("played_ms", "played_ms must be a number of milliseconds, 0 or more");
}

function pingId(message: Message): { id?: string | number } {
  const { id } = message;
  if (id === undefined) return {};
  if (typeof id === "number" || (typeof id === "string" && id.length <= 64)) return { id };
  throw new BadField("id", "id must be a number or a string of at most 64 characters", 64);
}

function readSettings(message: Message): Partial<SpeechSettings> {
  const settings: { -readonly [Key in keyof SpeechSettings]?: SpeechSettings[Key] } = {};
  const { voice, speed, lead_ms: lead } = message;
  if (voice !== undefined) {
    if (typeof voice !== "string") throw new BadField("voice", "voice must be a string");
    settings.voice = voice;
  }
  if (speed !== undefined) {
    if (!isSpeed(speed)) throw new BadField("speed", `speed must be ${SPEED_ALLOWED}`);
    settings.speed = speed;
  }
  if (lead !== undefined) {
    if (!isLead(lead)) throw new BadField("lead_ms", `lead_ms must be ${LEAD_ALLOWED}`);
    settings.lead = lead;
  }
  const words = message.words === 1 ? true : message.words === 0 ? false : undefined;
  const wanted = words ?? readBoolean(message, "words");
  if (wanted !== undefined) settings.words = wanted;
  return settings;
}
