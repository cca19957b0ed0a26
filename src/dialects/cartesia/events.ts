/**
 * What Cartesia's server tells, whatever way it goes: a WebSocket adds the context to it.
 *
 * Source: `WebsocketResponse` and `TTSSSEEvent` of @cartesia/cartesia-js 4.2.0.
 *
 * @module
 */

import type { SpokenWord } from "../../speech/types.ts";

/** HTTP's "Partial Content": there is more to come. */
const PARTIAL = 206;

const OK = 200;

/** Audio; `stepMs` is what it has taken. */
export function chunkEvent(bytes: Uint8Array<ArrayBuffer>, stepMs: number) {
  const data = bytes.toBase64();
  return { type: "chunk", data, done: false, status_code: PARTIAL, step_time: stepMs };
}

/** Words and when they are heard, in seconds. */
export function timestampsEvent(words: readonly SpokenWord[]) {
  return {
    type: "timestamps",
    done: false,
    status_code: PARTIAL,
    word_timestamps: {
      words: words.map(({ text }) => text),
      start: words.map(({ startMs }) => startMs / 1000),
      end: words.map(({ endMs }) => endMs / 1000),
    },
  };
}

/** All audio up to a flush was sent. */
export function flushDoneEvent(flushId: number) {
  return {
    type: "flush_done",
    done: false,
    flush_done: true,
    flush_id: flushId,
    status_code: PARTIAL,
  };
}

/** Nothing more will come. */
export function doneEvent() {
  return { type: "done", done: true, status_code: OK };
}
