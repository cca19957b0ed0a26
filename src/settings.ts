/**
 * Every setting there is, declared once.
 *
 * @module
 */

import { choice, flag, integer, logLevels, secrets, type Setting, text } from "./lib/setting.ts";

/** What a key looks like. */
const keys = {
  allowed: "keys of 16 to 128 of the characters A-Z a-z 0-9 _ - .",
  pattern: /^[A-Za-z0-9_.-]{16,128}$/,
};

/** By key; the flag has the key's name. */
export const settings = {
  host: text({
    env: "HOST",
    description: "Address to listen on.",
    allowed: "a host name or an IP address",
    pattern: /^[A-Za-z0-9.:_-]+$/,
    fallback: "127.0.0.1",
  }),
  port: integer({
    env: "PORT",
    description: "Port to listen on; 0 takes a free one.",
    min: 0,
    max: 65_535,
    fallback: 8081,
  }),
  apiKeys: secrets({
    env: "API_KEYS",
    description:
      "Keys of which clients must show one, separated by commas; none: anyone may speak.",
    ...keys,
  }),
  engine: choice({
    env: "ENGINE",
    description: "Embedded speech engine (espeak has to be added first, see the README).",
    choices: ["flite", "espeak"],
    fallback: "flite",
  }),
  voice: text({
    env: "VOICE",
    description: "Voice of a session that asks for none.",
    allowed: "a voice of the engine",
    pattern: /^.{1,64}$/,
    fallback: "",
    fallbackText: "the engine's first",
  }),
  workers: integer({
    env: "PARALLEL_SYNTHESIS_NUM_WORKERS",
    description: "Sentences synthesised at the same time.",
    min: 1,
    max: 256,
    // What the backend can do at once; only the backend knows.
    fallback: 0,
    fallbackText: "cores, up to 8",
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
    description: "Frames may be joined into messages of up to this much audio, in ms.",
    min: 10,
    max: 1_000,
    fallback: 100,
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
  maxSessions: integer({
    env: "MAX_SESSIONS",
    description: "Sessions at the same time; one more is answered with 503.",
    min: 1,
    max: 100_000,
    fallback: 1_000,
  }),
  maxMessageBytes: integer({
    env: "MAX_MESSAGE_BYTES",
    description: "Longest message of a client, in bytes; a longer one ends the session.",
    min: 1_024,
    max: 16_777_216,
    fallback: 131_072,
  }),
  maxMessagesPerSecond: integer({
    env: "MAX_MESSAGES_PER_SECOND",
    description: "Messages of a client per second, in the long run; twice as many at once.",
    min: 10,
    max: 100_000,
    fallback: 500,
  }),
  maxTextCharacters: integer({
    env: "MAX_TEXT_CHARACTERS",
    description: "Characters of one text message.",
    min: 1,
    max: 100_000,
    fallback: 10_000,
  }),
  maxUtteranceCharacters: integer({
    env: "MAX_UTTERANCE_CHARACTERS",
    description: "Characters of one utterance.",
    min: 1,
    max: 10_000_000,
    fallback: 200_000,
  }),
  maxPendingCharacters: integer({
    env: "MAX_PENDING_CHARACTERS",
    description: "Characters of one session that wait to be synthesised.",
    min: 1,
    max: 10_000_000,
    fallback: 100_000,
  }),
  maxOpenUtterances: integer({
    env: "MAX_OPEN_UTTERANCES",
    description: "Utterances of one session that have not ended.",
    min: 1,
    max: 10_000,
    fallback: 64,
  }),
  maxBufferedBytes: integer({
    env: "MAX_BUFFERED_BYTES",
    description: "Bytes waiting in a connection's send buffer above which no audio is added.",
    min: 4_096,
    max: 16_777_216,
    fallback: 262_144,
  }),
  maxBlockedMs: integer({
    env: "MAX_BLOCKED_MS",
    description: "Time that a send buffer may stay full before the session is ended, in ms.",
    min: 100,
    max: 600_000,
    fallback: 10_000,
  }),
  idleTimeoutMs: integer({
    env: "IDLE_TIMEOUT_MS",
    description:
      "Time without a message, and nothing to say, after which a session is ended, in ms.",
    min: 1_000,
    max: 86_400_000,
    fallback: 300_000,
  }),
  pingTimeoutS: integer({
    env: "PING_TIMEOUT_S",
    description: "A client that does not answer a WebSocket ping for this long is gone, in s.",
    min: 1,
    max: 3_600,
    fallback: 30,
  }),
  drainMs: integer({
    env: "DRAIN_MS",
    description: "Time that sessions have to finish when the server stops, in ms.",
    min: 0,
    max: 3_600_000,
    fallback: 30_000,
  }),
  logLevel: logLevels({
    env: "LOG_LEVEL",
    description:
      "The least serious kind of log line that is written, of all parts and of single ones: info,session=debug.",
  }),
  logFormat: choice({
    env: "LOG_FORMAT",
    description: "Log lines for people, or as JSON.",
    choices: ["text", "json"],
    fallback: "text",
  }),
  logText: flag({
    env: "LOG_TEXT",
    description: "Write spoken text into log lines; else it never is in one.",
    fallback: false,
  }),
  metrics: flag({
    env: "METRICS",
    description: "Measure, and serve /metrics and /metrics/summary.",
    fallback: true,
  }),
  adminKeys: secrets({
    env: "ADMIN_KEYS",
    description:
      "Keys for /metrics and /debug, separated by commas; none: they are for this machine only.",
    ...keys,
  }),
  slaBargeInMs: integer({
    env: "SLA_BARGE_IN_MS",
    description: "Promise: longest time from a barge-in to its report, in ms.",
    min: 1,
    max: 60_000,
    fallback: 50,
  }),
  slaFirstAudioMs: integer({
    env: "SLA_FIRST_AUDIO_MS",
    description: "Promise: longest time from an utterance's first text to its first audio, in ms.",
    min: 1,
    max: 60_000,
    fallback: 500,
  }),
  slaSynthesisMs: integer({
    env: "SLA_SYNTHESIS_MS",
    description: "Promise: longest time of one synthesis, in ms.",
    min: 1,
    max: 60_000,
    fallback: 300,
  }),
  enableProfiling: flag({
    env: "ENABLE_PROFILING",
    description: "Write a CPU profile of every slow section.",
    fallback: false,
  }),
  profileOutputDir: text({
    env: "PROFILE_OUTPUT_DIR",
    description: "Folder for profiles.",
    allowed: "a folder's path",
    pattern: /^.{1,1024}$/,
    fallback: "./profiles",
  }),
  profileMinDurationMs: integer({
    env: "PROFILE_MIN_DURATION_MS",
    description: "Sections that take less are not written, in ms.",
    min: 0,
    max: 600_000,
    fallback: 100,
  }),
  profileMaxFiles: integer({
    env: "PROFILE_MAX_FILES",
    description: "Profiles kept in the folder; the oldest are deleted.",
    min: 1,
    max: 10_000,
    fallback: 100,
  }),
} satisfies Record<string, Setting<unknown>>;
