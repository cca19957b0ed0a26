/**
 * What happens in a worker, as log lines. Spoken text is in none of them.
 *
 * @module
 */

import type { Logger } from "../telemetry/logger.ts";
import type { CallInfo, RecordWorkerEvent } from "./events.ts";

/** Logs the facts of the service. */
export function workerLog(log: Logger): RecordWorkerEvent {
  return (event) => {
    switch (event.type) {
      case "refused":
        return log.info("Refused", {
          ...callFields(event.call),
          code: event.code,
          reason: event.reason,
        });
      case "first_audio":
        return log.debug("First audio", { ...callFields(event.call), after_ms: event.afterMs });
      case "synthesis_ended": {
        const fields = {
          ...callFields(event.call),
          outcome: event.outcome,
          ms: event.ms,
          characters: event.characters,
          audio_ms: event.audioMs,
          ...(event.stopMs === undefined ? {} : { stop_ms: event.stopMs }),
          ...(event.error === undefined ? {} : { error: event.error }),
        };
        if (event.outcome === "failed") log.warn("Synthesis failed", fields);
        else log.debug("Synthesis ended", fields);
      }
    }
  };
}

/** The names that the server's log has, so that one search finds both. */
function callFields({ requestId, ...rest }: CallInfo): Record<string, unknown> {
  return { ...rest, ...(requestId === undefined ? {} : { request_id: requestId }) };
}
