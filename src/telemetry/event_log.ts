/**
 * What happens, as log lines. Spoken text never is in one.
 *
 * @module
 */

import type { SpeechEvent } from "../speech/events.ts";
import { loggerOf } from "./logger.ts";

/** The promise for a barge-in, in ms from the message to the report. */
const BARGE_IN_SLA_MS = 50;

/** Subscribes the log to the core's events. */
export function createEventLog(): (event: SpeechEvent) => void {
  const sessions = loggerOf("session");
  const workers = loggerOf("worker");
  return (event) => {
    switch (event.type) {
      case "session_started":
        return sessions.info("Session started", { session_id: event.sessionId });
      case "session_ended":
        return sessions.info("Session ended", {
          session_id: event.sessionId,
          duration_s: event.durationMs / 1000,
          message_count: event.commands,
          barge_in_count: event.bargeIns,
        });
      case "barge_in":
        if (event.latencyMs <= BARGE_IN_SLA_MS) return;
        return sessions.warn("Barge-in took longer than promised", {
          session_id: event.sessionId,
          latency_ms: event.latencyMs,
        });
      case "synthesis_ended":
        if (event.outcome !== "failed") return;
        return workers.warn("Synthesis failed", { worker: event.worker, error: event.error });
      case "worker_restarted":
        return workers.error("Worker restarted", { worker: event.worker, error: event.error });
    }
  };
}
