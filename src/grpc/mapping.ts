/**
 * The contract's messages <-> the words of the backend's port.
 *
 * @module
 */

import { create } from "@bufbuild/protobuf";
import { fromBytes, toBytes } from "../lib/pcm/bytes.ts";
import type { AudioChunk, SynthesisRequest, Voice, WordTiming } from "../speech/backend.ts";
import {
  type SynthesizeRequest,
  SynthesizeRequestSchema,
  type SynthesizeResponse,
  SynthesizeResponseSchema,
  type Voice as VoiceMessage,
  VoiceSchema,
} from "./gen/tts/v1/tts_pb.ts";

/** Samples of a stream's first message: a tenth of a second or more, at any usual rate. */
const FIRST_SAMPLES = 4_800;

/**
 * Most samples in one message. The contract allows twice as many; but this fits into what HTTP/2
 * lets pass before the client has answered.
 */
const MAX_SAMPLES = 16_000;

/** What a stream held. */
export interface Totals {
  readonly samples: number;
  readonly durationMs: number;
  readonly words: number;
  /** Time from when the engine was given the text to its end, in ms. */
  readonly engineMs: number;
}

/**
 * A request as a message. Offsets of words stay true: what cannot be sent (a lone surrogate) is
 * replaced by a character of the same length.
 *
 * @param sampleRates wanted, in Hz, the best one first; none: the voice's own.
 */
export function requestMessage(
  request: SynthesisRequest,
  sampleRates: readonly number[] = [],
): SynthesizeRequest {
  return create(SynthesizeRequestSchema, {
    text: request.text.toWellFormed(),
    voice: request.voice,
    speed: request.speed,
    sampleRates: [...sampleRates],
  });
}

/** A voice as a message. */
export function voiceMessage(voice: Voice): VoiceMessage {
  const { id, description, language, sampleRate } = voice;
  return create(VoiceSchema, { id, description, language, sampleRate });
}

/** A voice out of a message. */
export function voiceOfMessage(message: VoiceMessage): Voice {
  const { id, description, language, sampleRate } = message;
  return { id, description, language, sampleRate };
}

/**
 * Audio as messages of allowed size; none for no samples. On a little-endian machine they share the
 * memory of `pcm`, until they are serialised.
 *
 * @param sampleRate in Hz, for the stream's first message; 0 for later ones.
 */
export function* audioMessages(
  pcm: Int16Array<ArrayBuffer>,
  sampleRate: number,
): Generator<SynthesizeResponse, void, void> {
  // The first message of a stream is short: a listener waits for it, and not for the rest.
  let end = sampleRate > 0 ? FIRST_SAMPLES : MAX_SAMPLES;
  for (let from = 0; from < pcm.length; from = end, end += MAX_SAMPLES) {
    const value = {
      pcm: toBytes(pcm.subarray(from, end)),
      sampleRate: from === 0 ? sampleRate : 0,
    };
    yield create(SynthesizeResponseSchema, { content: { case: "audio", value } });
  }
}

/** Word timings as a message. */
export function wordsMessage(words: readonly WordTiming[]): SynthesizeResponse {
  return create(SynthesizeResponseSchema, {
    content: { case: "words", value: { words: words.map((word) => ({ ...word })) } },
  });
}

/** The last message of a stream. */
export function totalsMessage(totals: Totals): SynthesizeResponse {
  return create(SynthesizeResponseSchema, { content: { case: "totals", value: { ...totals } } });
}

/**
 * What a message adds to a sentence; undefined for one that is neither audio nor words.
 *
 * @throws {RangeError} if its audio ends within a sample.
 */
export function chunkOfMessage({ content }: SynthesizeResponse): AudioChunk | undefined {
  switch (content.case) {
    case "audio":
      return { pcm: fromBytes(content.value.pcm as Uint8Array<ArrayBuffer>) };
    case "words":
      return {
        pcm: new Int16Array(0),
        words: content.value.words.map(({ start, end, startMs, endMs }) => ({
          start,
          end,
          startMs,
          endMs,
        })),
      };
    default:
      return undefined;
  }
}
