/**
 * What a session that speaks to one of Deepgram's clients is opened with.
 *
 * @module
 */

import type { Lead } from "../../speech/types.ts";
import type { ChannelRequest } from "../dialect.ts";
import { SAMPLE_ENCODINGS } from "./audio_format.ts";
import type { StreamRequest } from "./query.ts";

/** Samples are handed over in frames of so many ms. */
export const FRAME_MS = 20;

/**
 * Utterances that may wait behind the one being said. Deepgram takes 20 flushes a minute on v1 and
 * any number on v2; the text of all of them has a limit of its own.
 */
export const MAX_OPEN_UTTERANCES = 256;

/** The session of a WebSocket. */
export function streamChannel(
  { voice, speed, encoding, sampleRate }: StreamRequest,
  lead: Lead,
): ChannelRequest {
  return {
    settings: { voice, speed: speed ?? 1, lead, words: false },
    encoding: SAMPLE_ENCODINGS[encoding],
    sampleRate,
    frameMs: FRAME_MS,
    limits: { maxOpenUtterances: MAX_OPEN_UTTERANCES },
  };
}
