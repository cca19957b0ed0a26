/**
 * What one session may ask for. A client is told these numbers when its session starts.
 *
 * @module
 */

/** Limits of one session; times in ms, text in UTF-16 units. */
export interface SessionLimits {
  /** Characters of one `text` message. */
  readonly maxTextCharacters: number;
  /** Characters of one utterance. */
  readonly maxUtteranceCharacters: number;
  /** Characters accepted and not yet taken by a worker, over all utterances of the session. */
  readonly maxPendingCharacters: number;
  /** Time that listeners may wait in silence for a worker; while they wait longer, text is refused. */
  readonly maxWaitMs: number;
  /** Utterances that have not ended. */
  readonly maxOpenUtterances: number;
  /** Longest audio of one sentence. */
  readonly maxSentenceMs: number;
  /** Sentences synthesised ahead of playout. */
  readonly lookaheadSentences: number;
  /** Audio synthesised ahead of playout. */
  readonly lookaheadMs: number;
  /** Silence of the text stream after which what is buffered is spoken. */
  readonly stallMs: number;
  /** Longest time without a message while nothing is being said. */
  readonly idleTimeoutMs: number;
  /** Audio of one message at the most. */
  readonly maxMessageMs: number;
  /** Bytes waiting to leave above which no audio is added. */
  readonly maxBufferedBytes: number;
  /** Time that the send buffer may stay full, or a told position the same, before a client is given up. */
  readonly maxBlockedMs: number;
}
