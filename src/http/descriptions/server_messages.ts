/**
 * What the server sends in the session protocol.
 *
 * @module
 */

import type { WireEvent } from "../../dialects/dialect.ts";
import { encoding, frameMs, lead, sampleRate, speed } from "./choices.ts";
import { problemFields } from "./errors.ts";
import { sessionLimits } from "./limits.ts";
import { message, type MessageDescription } from "./message.ts";
import {
  array,
  boolean,
  choice,
  constant,
  described,
  integer,
  nullable,
  number,
  object,
  string,
} from "./schema.ts";

/** Names of the messages; a `flushed` is not told, and `dtmf` comes from a phone call. */
export type ServerMessageType = Exclude<WireEvent["type"], "flushed"> | "dtmf";

const ms = (description: string) => number(`${description}, in ms.`, { minimum: 0 });
const count = (description: string) => integer(description, { minimum: 0 });

const utterance_id = string("The utterance, as the client called it, or the server.");
const index = count("Number of the sentence in its utterance, from 0.");
const outcomes = ["completed", "interrupted", "failed"];

/** What holds from the next utterance on. */
const settings = {
  voice: string("Id of the voice."),
  speed,
  lead_ms: lead,
  words: boolean("Whether word timings are sent."),
};

const heard = {
  played_ms: ms("Position in the utterance being heard"),
  heard_text: string("What was heard, to the end of the last word that was heard whole."),
  unheard_text: string("The rest."),
};

const sessionStarted = message("session_started", {
  summary: "The first message: what the session is like, and what it may ask for.",
  required: {
    session_id: string("Random, in the form of a UUID.", { format: "uuid" }),
    protocol: constant(1),
    ...settings,
    encoding,
    sample_rate: sampleRate,
    frame_ms: frameMs,
    limits: sessionLimits,
  },
});

const sentenceStarted = message("sentence_started", {
  summary: "A sentence's audio begins. All of it comes before `sentence_ended`.",
  required: {
    utterance_id,
    index,
    text: string("As spoken, after cleaning; empty when there is nothing to speak in it."),
    source_start: count("Where it starts in the utterance's text, in UTF-16 units."),
    source_end: count("Where it ends there."),
    offset_ms: ms("Audio of the utterance before it"),
  },
  example: {
    utterance_id: "reply-1",
    index: 0,
    text: "Good morning.",
    source_start: 0,
    source_end: 13,
    offset_ms: 0,
  },
});

const words = message("words", {
  summary: "When words are heard, in ms of audio from the start of the utterance.",
  required: {
    utterance_id,
    index,
    words: array(
      "In order.",
      object({ text: string("The word."), start_ms: ms("Start"), end_ms: ms("End") }),
    ),
  },
  example: {
    utterance_id: "reply-1",
    index: 0,
    words: [{ text: "Good", start_ms: 0, end_ms: 210 }],
  },
});

const sentenceEnded = message("sentence_ended", {
  summary: "A sentence's audio is complete, or cut off by a failure.",
  required: {
    utterance_id,
    index,
    duration_ms: ms("Its audio"),
    status: choice("How it ended.", ["completed", "failed"]),
  },
  optional: {
    error: described("Why it failed.", object({ ...problemFields.required, utterance_id })),
  },
  example: { utterance_id: "reply-1", index: 0, duration_ms: 640, status: "completed" },
});

const utteranceEnded = message("utterance_ended", {
  summary: "The one end of an utterance.",
  required: {
    utterance_id,
    outcome: choice("`failed` when no sentence of it could be spoken.", outcomes),
    duration_ms: ms("Audio sent"),
    sentences: count("Sentences begun."),
    failed_sentences: count("Those of them that failed."),
    characters: count("Characters of its text, in UTF-16 units."),
    time_to_first_audio_ms: nullable(ms("From its first text to its first audio")),
  },
  example: {
    utterance_id: "reply-1",
    outcome: "completed",
    duration_ms: 640,
    sentences: 1,
    failed_sentences: 0,
    characters: 14,
    time_to_first_audio_ms: 38.5,
  },
});

const bargeIn = message("barge_in", {
  summary: "What an interruption stopped, and what was heard by then. No audio of those " +
    "utterances comes after it.",
  required: {
    utterance_ids: array("In the order in which they were to be spoken.", utterance_id),
    ...heard,
    estimated: boolean("Whether the position is the server's own estimate."),
    discarded_ms: ms("Audio that was sent and not heard"),
    latency_ms: ms("From the message's arrival to this report"),
    utterances: array("The same by utterance.", object({ utterance_id, ...heard })),
  },
  example: {
    utterance_ids: ["reply-1"],
    played_ms: 250,
    heard_text: "Good",
    unheard_text: " morning. ",
    estimated: false,
    discarded_ms: 300,
    latency_ms: 0.4,
    utterances: [{
      utterance_id: "reply-1",
      played_ms: 250,
      heard_text: "Good",
      unheard_text: " morning. ",
    }],
  },
});

/** Every message by its type. */
export const serverMessages: Readonly<Record<ServerMessageType, MessageDescription>> = {
  session_started: sessionStarted,
  utterance_started: message("utterance_started", {
    summary: "An utterance is open.",
    required: {
      utterance_id,
      number: integer("Its number in the session, as in the header of audio.", { minimum: 1 }),
    },
    example: { utterance_id: "reply-1", number: 1 },
  }),
  sentence_started: sentenceStarted,
  audio: {
    summary: "Audio of the sentence last started: a whole number of frames, but for a sentence's " +
      "end; with `opus` one packet of 20 ms. With `call_audio=1`: 20 ms of the caller's voice.",
  },
  words,
  sentence_ended: sentenceEnded,
  utterance_ended: utteranceEnded,
  barge_in: bargeIn,
  paused: message("paused", { summary: "No audio is sent." }),
  resumed: message("resumed", { summary: "Audio is sent again." }),
  configured: message("configured", {
    summary: "What holds from the next utterance on.",
    required: settings,
    example: { voice: "slt", speed: 1.2, lead_ms: 300, words: true },
  }),
  pong: message("pong", {
    summary: "Answers `ping`.",
    optional: { id: { description: "That of the `ping`.", type: ["number", "string"] } },
    example: { id: 1 },
  }),
  warning: message("warning", {
    summary: "Something did not go well, and goes on.",
    required: {
      code: choice("`underrun`: the listener was without audio inside an utterance.", ["underrun"]),
      message: string("For people."),
    },
  }),
  error: message("error", {
    summary: "A message that had no effect, a sentence that failed, or (fatal) the end of the " +
      "session.",
    required: {
      ...problemFields.required,
      fatal: boolean("Whether the connection is closed now."),
    },
    optional: problemFields.optional,
    example: {
      code: "bad_message",
      message: "text must be a string",
      field: "text",
      fatal: false,
    },
  }),
  draining: message("draining", {
    summary: "The server is about to stop: finish, or reconnect elsewhere.",
    required: { deadline_ms: ms("Time that is left") },
    example: { deadline_ms: 30_000 },
  }),
  dtmf: message("dtmf", {
    summary: "With `call`: the caller has pressed a key.",
    required: { digit: string("The key.") },
    example: { digit: "5" },
  }),
};
