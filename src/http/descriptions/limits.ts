/**
 * The limits that a session is told.
 *
 * @module
 */

import type { Greeting } from "../../dialects/dialect.ts";
import { described, integer, nullable, object, type Schema } from "./schema.ts";

/** By the names of the core. */
const LIMITS: Readonly<Record<keyof Greeting["limits"], string>> = {
  maxTextCharacters: "Characters of one `text` message.",
  maxUtteranceCharacters: "Characters of one utterance.",
  maxCharactersPerMinute: "Characters in a minute, over all sessions of the key; null: any number.",
  maxPendingCharacters: "Characters of the session that wait to be synthesised.",
  maxWaitMs: "Longest time that listeners may wait in silence for a worker, in ms; while they " +
    "wait longer, text is refused.",
  maxOpenUtterances: "Utterances that have not ended.",
  maxSentenceMs: "Longest audio of one sentence, in ms.",
  lookaheadSentences: "Sentences synthesised ahead of what is being sent.",
  lookaheadMs: "Audio synthesised ahead of what is being sent, in ms.",
  stallMs: "Silence of the text after which what has come is spoken, in ms.",
  idleTimeoutMs: "Longest time without a message while nothing is being said, in ms.",
  maxMessageMs: "Audio of one message at the most, in ms.",
  maxBufferedBytes: "Bytes waiting to be sent above which no audio is added.",
  maxBlockedMs: "Time that the send buffer may stay full, or `played_ms` stand still, before the " +
    "session is ended, in ms.",
  maxMessageBytes: "Longest message, in bytes; a longer one ends the session.",
  maxMessagesPerSecond: "Messages a second in the long run; twice as many at once.",
  maxSessions: "Sessions at the same time, of the key or of the server, whichever are fewer.",
  maxSessionsPerAddress: "Sessions at the same time from one address.",
  maxConnectionMs: "Time after which the client is asked to connect anew, in ms; null: never.",
  handshakeTimeoutMs:
    "Time that a connection has for TLS and the head of its request, in ms; null: any.",
  maxHeaderBytes: "Bytes of a request's head.",
};

/** By the names of the protocol. */
export const sessionLimits = described(
  "What this session may ask for.",
  object(Object.fromEntries(
    Object.entries(LIMITS).map(([name, text]) => [snakeCase(name), limit(text)]),
  )),
);

/** Some say in words what it means that there is none. */
function limit(text: string): Schema {
  const schema = integer(text, { minimum: 0 });
  return text.includes("null: ") ? nullable(schema) : schema;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
