/**
 * What one client may do.
 *
 * @module
 */

import { integer } from "../lib/setting.ts";

/** By key; the flag has the key's name. */
export const limitsSettings = {
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
  maxCharactersPerMinute: integer({
    env: "MAX_CHARACTERS_PER_MINUTE",
    description:
      "Characters of text in a minute of one tenant, whose key may say another number; " +
      "without keys, of all clients. 0: any.",
    min: 0,
    max: 1_000_000_000,
    fallback: 0,
  }),
  maxPendingCharacters: integer({
    env: "MAX_PENDING_CHARACTERS",
    description: "Characters of one session that wait to be synthesised.",
    min: 1,
    max: 10_000_000,
    fallback: 100_000,
  }),
  maxWaitMs: integer({
    env: "MAX_WAIT_MS",
    description:
      "Longest time that listeners may wait in silence for a worker, in ms; while they " +
      "wait longer, text is refused.",
    min: 100,
    max: 600_000,
    fallback: 10_000,
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
    min: 16_384,
    max: 16_777_216,
    fallback: 262_144,
  }),
  maxBlockedMs: integer({
    env: "MAX_BLOCKED_MS",
    description:
      "Time that a send buffer may stay full, or the position that a client tells stand " +
      "still, before the session is ended, in ms.",
    min: 100,
    max: 600_000,
    fallback: 10_000,
  }),
  maxConnectionMs: integer({
    env: "MAX_CONNECTION_MS",
    description:
      "Time after which a client is asked to connect anew, as soon as nothing is being " +
      "said, in ms. 0: never.",
    min: 0,
    max: 2_147_483_647,
    fallback: 86_400_000,
  }),
  idleTimeoutMs: integer({
    env: "IDLE_TIMEOUT_MS",
    description:
      "Time without a message, and nothing to say, after which a session is ended, in ms.",
    min: 1_000,
    max: 86_400_000,
    fallback: 300_000,
  }),
};
