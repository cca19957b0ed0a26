/**
 * What a server of either WebSocket sends.
 *
 * Source: `AudioOutput`, `FinalOutput` and `WebsocketTtsServerMessageMulti` of
 * @elevenlabs/elevenlabs-js 2.73.0. Every field is always there, as ElevenLabs has it: there are
 * clients that do not ask whether one is.
 *
 * @module
 */

import type { Problem } from "../../speech/types.ts";
import type { Alignment, TimedText } from "./alignment.ts";
import { errorName } from "./error_names.ts";

/** How the times of an alignment count. */
export interface AlignmentOptions {
  /** From the start of a context's audio, and not from where the alignment before it ended. */
  readonly fromStart: boolean;
}

/** A piece of audio, and the alignment of a piece of text, one of them possibly empty. */
export function audioMessage(
  bytes: Uint8Array<ArrayBuffer>,
  alignment: Alignment | undefined,
  options: AlignmentOptions,
): object {
  return {
    audio: bytes.toBase64(),
    isFinal: null,
    alignment: alignment === undefined ? null : toWire(alignment.source, options),
    normalizedAlignment: alignment === undefined ? null : toWire(alignment.spoken, options),
  };
}

/** A context's last message. Its documentation and its clients do not agree on the name. */
export function finalMessage(): object {
  return {
    audio: null,
    isFinal: true,
    is_final: true,
    alignment: null,
    normalizedAlignment: null,
  };
}

/** Something went wrong; `code` is the one that the WebSocket is closed with, where it is. */
export function errorMessage({ code, message }: Problem): object {
  return { message, error: errorName(code), code: closeCodeFor(code) };
}

/** RFC 6455, 7.4.1, and the IANA registry for 1011 and 1013. */
function closeCodeFor(code: Problem["code"]): number {
  switch (code) {
    case "too_large":
      return 1009;
    case "internal":
    case "synthesis_failed":
      return 1011;
    case "overloaded":
      return 1013;
    default:
      return 1008;
  }
}

/** In whole ms; one character's end and the next one's start are rounded alike. */
function toWire({ characters, fromMs }: TimedText, { fromStart }: AlignmentOptions): object | null {
  if (characters.length === 0) return null;
  const at = (ms: number) => Math.round(ms - (fromStart ? 0 : fromMs));
  return {
    chars: characters.map(({ character }) => character),
    charStartTimesMs: characters.map(({ startMs }) => at(startMs)),
    charDurationsMs: characters.map(({ startMs, endMs }) => at(endMs) - at(startMs)),
  };
}
