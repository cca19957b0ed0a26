/**
 * The session protocol of Syrinx, version 1 (`docs/protocol.md`).
 *
 * @module
 */

import type { SpeechSettings } from "../speech/types.ts";
import type { Decoded, Dialect, EncodedAudio, Greeting, Message, WireEvent } from "./dialect.ts";
import { decodeNative } from "./native_commands.ts";

/** Bytes before the audio when a client asks for headers. */
const HEADER_BYTES = 12;

/** JSON in text messages, audio in binary ones. */
export class NativeDialect implements Dialect {
  readonly name: string;
  readonly #audioHeader: boolean;

  /** @param options.name for sessions whose audio goes elsewhere. */
  constructor(options: { readonly audioHeader: boolean; readonly name?: string }) {
    this.name = options.name ?? "native";
    this.#audioHeader = options.audioHeader;
  }

  decode(data: string | Uint8Array): Decoded[] {
    return [decodeNative(data)];
  }

  encode(event: WireEvent): Message[] {
    if (event.type === "audio") {
      return [this.#audioHeader ? withHeader(event) : event.bytes];
    }
    // A client of this protocol learns it from the sentences.
    if (event.type === "flushed") return [];
    return [JSON.stringify(toMessage(event))];
  }
}

/** u32 utterance number, u32 sentence index, u32 offset in ms, little endian; then the audio. */
function withHeader(event: EncodedAudio): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEADER_BYTES + event.bytes.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, event.utteranceNumber, true);
  view.setUint32(4, event.sentenceIndex, true);
  view.setUint32(8, Math.floor(event.offsetMs), true);
  message.set(event.bytes, HEADER_BYTES);
  return message;
}

function toMessage(event: Exclude<WireEvent, EncodedAudio>): unknown {
  switch (event.type) {
    case "session_started":
      return greeting(event);
    case "configured":
      return { type: "configured", ...settingsMessage(event.settings) };
    case "error":
      return { type: "error", ...toSnakeCase(event.problem) as object, fatal: event.fatal };
    case "barge_in":
      return {
        type: "barge_in",
        utterance_ids: event.utterances.map((utterance) => utterance.utteranceId),
        played_ms: event.playedMs,
        estimated: event.estimated,
        heard_text: event.utterances.map((utterance) => utterance.heardText).join(""),
        unheard_text: event.utterances.map((utterance) => utterance.unheardText).join(""),
        discarded_ms: event.discardedMs,
        latency_ms: event.latencyMs,
        utterances: toSnakeCase(event.utterances),
      };
    default:
      return toSnakeCase(event);
  }
}

function greeting(event: Greeting): unknown {
  return {
    type: event.type,
    session_id: event.sessionId,
    protocol: 1,
    ...settingsMessage(event.settings),
    encoding: event.encoding,
    sample_rate: event.sampleRate,
    frame_ms: event.frameMs,
    limits: toSnakeCase(event.limits),
  };
}

function settingsMessage(settings: SpeechSettings): object {
  return {
    voice: settings.voice,
    speed: settings.speed,
    lead_ms: settings.lead,
    words: settings.words,
  };
}

/** The core's names are the protocol's, but for their case. */
function toSnakeCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toSnakeCase);
  if (typeof value !== "object" || value === null) return value;
  const message: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) message[snakeCase(key)] = toSnakeCase(inner);
  return message;
}

/** The names that there are in the core's events, in the protocol's case. */
const snakeCases = new Map<string, string>();

function snakeCase(key: string): string {
  const known = snakeCases.get(key);
  if (known !== undefined) return known;
  const name = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  snakeCases.set(key, name);
  return name;
}
