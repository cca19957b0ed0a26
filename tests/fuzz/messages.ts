/**
 * Messages of every protocol, right ones and such that were right before something happened to them.
 */

import type { Random } from "./random.ts";

/** One protocol: where it is spoken, and what its clients say. */
export interface Protocol {
  readonly path: string;
  readonly messages: readonly object[];
}

const TEXT = "One two three, four. Five!";
const pcm = { container: "raw", encoding: "pcm_s16le", sample_rate: 16_000 };
const cartesia = { model_id: "m", voice: { mode: "id", id: "one" }, output_format: pcm };

export const protocols: readonly Protocol[] = [
  {
    path: "/v1/session",
    messages: [
      { type: "text", text: TEXT, utterance_id: "a" },
      { type: "text", text: TEXT, final: true },
      { type: "flush", utterance_id: "a" },
      { type: "end", utterance_id: "a" },
      { type: "barge_in", played_ms: 20 },
      { type: "pause" },
      { type: "resume" },
      { type: "playback", utterance_id: "a", played_ms: 10 },
      { type: "configure", voice: "two", speed: 1.5, lead_ms: 100, words: true },
      { type: "ping", id: 1 },
      { type: "control", command: "STOP" },
      { type: "close" },
    ],
  },
  {
    path: "/v1/speak",
    messages: [
      { type: "Speak", text: TEXT },
      { type: "Flush" },
      { type: "Clear" },
      { type: "Close" },
    ],
  },
  {
    path: "/v2/speak?model=one",
    messages: [
      { type: "Speak", text: TEXT },
      { type: "Flush" },
      { type: "Interrupt", playback_offset: { type: "time_ms", value: 20 } },
      { type: "Configure", speed: 1.2 },
      { type: "Close" },
    ],
  },
  {
    path: "/v1/text-to-speech/one/stream-input?output_format=pcm_16000",
    messages: [
      {
        text: " ",
        voice_settings: { speed: 1.1 },
        generation_config: { chunk_length_schedule: [50] },
      },
      { text: `${TEXT} `, flush: true },
      { text: `${TEXT} `, try_trigger_generation: true },
      { text: "" },
    ],
  },
  {
    path: "/v1/text-to-speech/one/multi-stream-input?output_format=pcm_16000",
    messages: [
      { text: " ", context_id: "a" },
      { text: `${TEXT} `, context_id: "a", flush: true },
      { text: `${TEXT} `, context_id: "b" },
      { context_id: "a", close_context: true },
      { text: "", context_id: "b" },
      { close_socket: true },
    ],
  },
  {
    path: "/tts/websocket?cartesia_version=2025-04-16",
    messages: [
      { ...cartesia, transcript: TEXT, context_id: "a", continue: true, add_timestamps: true },
      { ...cartesia, transcript: TEXT, context_id: "b", max_buffer_delay_ms: 10 },
      { ...cartesia, transcript: "", context_id: "a", continue: true, flush: true },
      { ...cartesia, transcript: "", context_id: "a", continue: false },
      { context_id: "b", cancel: true },
    ],
  },
  {
    path: "/v1/realtime?model=m",
    messages: [
      {
        type: "session.update",
        session: { type: "realtime", audio: { output: { voice: "two" } } },
      },
      {
        type: "conversation.item.create",
        item: { type: "message", role: "user", content: [{ type: "input_text", text: TEXT }] },
      },
      { type: "response.create" },
      { type: "response.cancel" },
      { type: "conversation.item.truncate", item_id: "i", content_index: 0, audio_end_ms: 10 },
    ],
  },
  {
    path: "/twilio/stream",
    messages: [
      { event: "connected", protocol: "Call", version: "1.0.0" },
      { event: "start", streamSid: "MZ1", start: { streamSid: "MZ1", callSid: "CA1" } },
      { event: "media", streamSid: "MZ1", media: { payload: "fn5+fg==" } },
      { event: "mark", streamSid: "MZ1", mark: { name: "1" } },
      { event: "dtmf", streamSid: "MZ1", dtmf: { digit: "1" } },
      { event: "stop", streamSid: "MZ1" },
    ],
  },
];

/** What may stand where something else should. */
const VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e308,
  0.1,
  "",
  " ",
  "a".repeat(70),
  "\u0000\u2028\ud800",
  "👩‍👩‍👧‍👦 ﷽ אבג z̸̧͂",
  [],
  [[]],
  {},
  { type: {} },
];

/** A message of the protocol, often with something wrong in it. */
export function someMessage({ messages }: Protocol, random: Random): string {
  const message = structuredClone(random.pick(messages)) as Record<string, unknown>;
  switch (random.below(6)) {
    case 0:
      message[random.pick(Object.keys(message))] = random.pick(VALUES);
      break;
    case 1:
      delete message[random.pick(Object.keys(message))];
      break;
    case 2:
      message[random.pick(["__proto__", "constructor", "extra", "utterance_id"])] = random.pick(
        VALUES,
      );
      break;
    case 3: {
      const inner = Object.values(message).find((value) =>
        typeof value === "object" && value !== null
      );
      if (inner !== undefined) {
        Object.assign(inner, { [random.pick(["id", "type", "text"])]: random.pick(VALUES) });
      }
      break;
    }
  }
  const text = JSON.stringify(message);
  return random.below(12) === 0 ? broken(text, random) : text;
}

/** Text that may not be JSON any more. */
function broken(text: string, random: Random): string {
  const at = random.below(text.length);
  return random.pick([
    text.slice(0, at),
    text + text,
    text.slice(0, at) + random.pick(["{", "}", '"', "\\", "[", "e9999"]) + text.slice(at),
    "[".repeat(2_000),
    "",
    "null",
  ]);
}
