/**
 * What happens, as log lines, each with the ids of what it is about.
 *
 * @module
 */

import type { LogLevel } from "../lib/setting.ts";
import type { Record as Tell, SpeechEvent } from "../speech/events.ts";
import { type Logger, loggerOf } from "./logger.ts";
import type { Scopes } from "./scopes.ts";
import { SpokenText, withoutText } from "./spoken_text.ts";

/** Options of {@linkcode createEventLog}. */
export interface EventLogOptions {
  readonly scopes: Scopes;
  /** The promise for a barge-in, in ms from the message to the report. */
  readonly bargeInSlaMs: number;
}

/** Subscribes the log to the core's events. */
export function createEventLog({ scopes, bargeInSlaMs }: EventLogOptions): Tell {
  const sessions = loggerOf("session");
  const workers = loggerOf("worker");

  function write(
    log: Logger,
    level: LogLevel,
    event: SpeechEvent,
    message: string,
    fields: Record<string, unknown>,
  ): void {
    if (!log.isEnabledFor(level)) return;
    const method = level === "warning" ? "warn" : level;
    scopes.about(event, () => log[method](message, fields));
  }

  return (event) => {
    switch (event.type) {
      case "session_started":
        return write(sessions, "info", event, "Session started", { dialect: event.dialect });
      case "session_ended":
        return write(sessions, "info", event, "Session ended", {
          close: event.close,
          duration_s: event.durationMs / 1000,
          message_count: event.commands,
          barge_in_count: event.bargeIns,
        });
      case "session_refused":
        return write(sessions, "info", event, "Session refused", { reason: event.reason });
      case "wrong_key":
        return write(sessions, "info", event, "Wrong key shown", {});
      case "message_received":
        return write(sessions, "debug", event, "Processing message", messageFields(event));
      case "refused":
        return write(sessions, "debug", event, "Request refused", { code: event.code });
      case "barge_in":
        if (event.latencyMs <= bargeInSlaMs) return;
        return write(sessions, "warning", event, "Barge-in took longer than promised", {
          latency_ms: event.latencyMs,
          sla_ms: bargeInSlaMs,
        });
      case "underrun":
        if (event.cause !== "server") return;
        return write(sessions, "debug", event, "Listener without audio", { gap_ms: event.gapMs });
      case "utterance_ended":
        return write(sessions, "debug", event, "Utterance ended", {
          outcome: event.outcome,
          characters: event.characters,
          audio_ms: event.audioMs,
        });
      case "synthesis_ended":
        if (event.outcome === "failed") {
          return write(workers, "warning", event, "Synthesis failed", failureFields(event));
        }
        return write(workers, "debug", event, "Synthesis ended", {
          worker: event.worker,
          sentence: event.index,
          outcome: event.outcome,
          duration_ms: event.durationMs,
          audio_ms: event.audioMs,
        });
      case "worker_restarted":
        return write(workers, "error", event, "Worker restarted", {
          worker: event.worker,
          error: event.error,
        });
    }
  };
}

function messageFields(
  { message, text }: Extract<SpeechEvent, { type: "message_received" }>,
): Record<string, unknown> {
  if (text === undefined) return { type: message };
  return { type: message, text_length: text.length, text: new SpokenText(text) };
}

/** An engine may quote in its error what it was given. */
function failureFields(
  { worker, index, error = "", text = "" }: Extract<SpeechEvent, { type: "synthesis_ended" }>,
): Record<string, unknown> {
  return {
    worker,
    sentence: index,
    error: new SpokenText(error, withoutText(error, text)),
    text: new SpokenText(text),
  };
}
