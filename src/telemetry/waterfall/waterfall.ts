/**
 * What each session said and when, sentence by sentence: of the live sessions, and of those that
 * ended lately.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { SessionClose, SpeechEvent } from "../../speech/events.ts";
import { describeSession, type SessionWaterfall } from "./description.ts";
import { SessionLog, type UtteranceLog } from "./session_log.ts";

/** Sessions that are remembered after their end. */
const ENDED_SESSIONS = 200;

/** See the module. */
export class Waterfall {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, SessionLog>();
  /** Ids, oldest end first. */
  readonly #ended = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of an event. */
  record(event: SpeechEvent): void {
    switch (event.type) {
      case "audio_sent":
        // Runs for every message of audio: only the first is looked up.
        if (!event.isFirst) return;
        return this.#session(event)?.sentence(event)?.noteFirstFrame(this.#clock.now());
      case "session_started":
        return this.#startSession(event.sessionId, event.dialect);
      case "session_ended":
        return this.#endSession(event.sessionId, event.close);
      case "utterance_started":
        return this.#session(event)?.startUtterance(event.utteranceId, this.#clock.now());
      case "first_audio":
        return this.#utterance(event)?.noteFirstAudio(this.#clock.now());
      case "utterance_ended":
        return this.#utterance(event)?.end(event.outcome, this.#clock.now());
      case "sentence_queued":
        return this.#session(event)?.queueSentence(event, event.characters, this.#clock.now());
      case "sentence_taken":
      case "synthesis_started":
      case "synthesis_first_chunk":
      case "synthesis_ended":
      case "sentence_ended":
        return this.#session(event)?.sentence(event)?.noteStep(event, this.#clock.now());
    }
  }

  /** One session's; undefined for one that is not remembered. */
  of(sessionId: string): SessionWaterfall | undefined {
    const session = this.#sessions.get(sessionId);
    return session === undefined ? undefined : describeSession(session);
  }

  #startSession(id: string, dialect: string): void {
    if (this.#sessions.has(id)) return;
    this.#sessions.set(id, new SessionLog(id, dialect, this.#clock.now()));
  }

  #endSession(id: string, close: SessionClose): void {
    const session = this.#sessions.get(id);
    if (session === undefined || this.#ended.has(id)) return;
    session.end(close, this.#clock.now());
    this.#ended.add(id);
    if (this.#ended.size > ENDED_SESSIONS) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#ended;
    this.#ended.delete(oldest!);
    this.#sessions.delete(oldest!);
  }

  #session({ sessionId }: { readonly sessionId: string }): SessionLog | undefined {
    return this.#sessions.get(sessionId);
  }

  #utterance(
    event: { readonly sessionId: string; readonly utteranceId: string },
  ): UtteranceLog | undefined {
    return this.#session(event)?.utterances.get(event.utteranceId);
  }
}
