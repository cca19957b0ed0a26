/**
 * How text becomes speech.
 *
 * @module
 */

import { flag, integer } from "../lib/setting.ts";

/** Engine threads of a process at most, unless more are asked for: each takes memory. */
export const MAX_THREADS = 8;

/** By key; the flag has the key's name. */
export const speechSettings = {
  workers: integer({
    env: "PARALLEL_SYNTHESIS_NUM_WORKERS",
    description: "Sentences synthesised at the same time.",
    min: 1,
    max: 256,
    // What the backend can do at once; only the backend knows.
    fallback: 0,
    fallbackText: `cores, up to ${MAX_THREADS}`,
  }),
  maxQueueDepth: integer({
    env: "PARALLEL_SYNTHESIS_MAX_QUEUE_DEPTH",
    description: "Sentences that may wait for a worker before new text is refused.",
    min: 1,
    max: 1_000_000,
    fallback: 1_000,
  }),
  chunkTimeoutMs: integer({
    env: "CHUNK_TIMEOUT_MS",
    description: "Longest wait for a sentence's first or next audio; then it is reported failed.",
    min: 100,
    max: 600_000,
    fallback: 10_000,
  }),
  lookaheadSentences: integer({
    env: "LOOKAHEAD_SENTENCES",
    description: "Sentences of one session synthesised ahead of what is being sent.",
    min: 1,
    max: 64,
    fallback: 4,
  }),
  lookaheadMs: integer({
    env: "LOOKAHEAD_MS",
    description: "Audio of one session synthesised ahead of what is being sent, in ms.",
    min: 100,
    max: 600_000,
    fallback: 10_000,
  }),
  leadMs: integer({
    env: "LEAD_MS",
    description: "Audio sent ahead of real time to a client that does not choose, in ms.",
    min: 0,
    max: 5_000,
    fallback: 300,
  }),
  maxMessageMs: integer({
    env: "MAX_MESSAGE_MS",
    description:
      "Frames may be joined into messages of up to this much audio, in ms: of a third of " +
      "the lead, and of two thirds of it while 500 sessions or more are being spoken to.",
    min: 10,
    max: 1_000,
    fallback: 200,
  }),
  stallMs: integer({
    env: "STALL_MS",
    description: "Silence of a text stream after which what has come is spoken, in ms.",
    min: 50,
    max: 60_000,
    fallback: 500,
  }),
  maxSentenceCharacters: integer({
    env: "MAX_SENTENCE_CHARACTERS",
    description: "Longer sentences are cut at a clause.",
    min: 40,
    max: 1_000,
    fallback: 150,
  }),
  earlyFirstClause: flag({
    env: "EARLY_FIRST_CLAUSE",
    description: "Cut an utterance's first sentence at an early clause, for earlier first audio.",
    fallback: true,
  }),
  cleanMarkdown: flag({
    env: "CLEAN_MARKDOWN",
    description: "Take Markdown's marks out of what is spoken.",
    fallback: true,
  }),
  cleanEmoji: flag({
    env: "CLEAN_EMOJI",
    description: "Take emoji out of what is spoken.",
    fallback: true,
  }),
  cleanUrls: flag({
    env: "CLEAN_URLS",
    description: "Speak only the host of a raw URL.",
    fallback: true,
  }),
  cleanHtml: flag({
    env: "CLEAN_HTML",
    description: "Take HTML tags out of what is spoken, and read entities as characters.",
    fallback: true,
  }),
  cleanControlCharacters: flag({
    env: "CLEAN_CONTROL_CHARACTERS",
    description: "Take control and zero-width characters out of what is spoken.",
    fallback: true,
  }),
  cleanTypography: flag({
    env: "CLEAN_TYPOGRAPHY",
    description: "Speak curly quotes, dashes and special spaces as their plain forms.",
    fallback: true,
  }),
};
