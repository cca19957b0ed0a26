/**
 * Takes every event of the core to those who count it.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { Record, SpeechEvent } from "../../speech/events.ts";
import type { SessionRecorder } from "./session_recorder.ts";
import type { SpeechRecorder } from "./speech_recorder.ts";
import type { SynthesisRecorder } from "./synthesis_recorder.ts";

/** The trace that an event belongs to, if it belongs to one. */
export type TraceIdOf = (event: SpeechEvent) => string | undefined;

/** Options of {@linkcode createRecorder}. */
export interface RecorderOptions {
  readonly clock: Clock;
  readonly sessions: SessionRecorder;
  readonly speech: SpeechRecorder;
  readonly syntheses: SynthesisRecorder;
  readonly traceIdOf?: TraceIdOf;
}

/** What subscribes to the events. It allocates nothing for a message of audio. */
export function createRecorder(options: RecorderOptions): Record {
  const { clock, sessions, speech, syntheses, traceIdOf } = options;
  return (event) => {
    switch (event.type) {
      // The two that come with every message of audio.
      case "audio_sent":
        return speech.noteAudio(event);
      case "message_sent":
        return sessions.noteSent(event);

      case "message_received":
        return sessions.noteReceived(event);
      case "refused":
        return sessions.refuse(event);
      case "session_started":
        return sessions.start(event);
      case "session_ended":
        return sessions.end(event);
      case "session_refused":
        return sessions.refuseSession(event);
      case "wrong_key":
        return sessions.noteWrongKey();

      case "utterance_started":
        return speech.startUtterance(event);
      case "first_audio":
        return speech.noteFirstAudio(event, clock.now(), traceIdOf?.(event));
      case "utterance_ended":
        return speech.endUtterance(event);
      case "sentence_queued":
        return speech.queueSentence(event);
      case "sentence_taken":
        return speech.takeSentence(event, clock.now(), traceIdOf?.(event));
      case "sentence_ended":
        return speech.endSentence(event);
      case "underrun":
        return speech.noteUnderrun(event);
      case "barge_in":
        return speech.noteBargeIn(event, clock.now(), traceIdOf?.(event));

      case "synthesis_started":
        return syntheses.start(event, clock.now());
      case "synthesis_first_chunk":
        return syntheses.noteFirstChunk(event, traceIdOf?.(event));
      case "synthesis_ended":
        return syntheses.end(event, clock.now(), traceIdOf?.(event));
      case "workers_changed":
        return syntheses.resize(event.workers, clock.now());
      case "worker_restarted":
        return syntheses.restart(event.worker, clock.now());
    }
  };
}
