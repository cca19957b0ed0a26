/**
 * What happens in a fleet of backends, as log lines.
 *
 * @module
 */

import type { BackendEvent } from "./backend_event.ts";
import { loggerOf } from "./logger.ts";

/** Subscribes the log to a fleet's events. */
export function createBackendLog(): (event: BackendEvent) => void {
  const log = loggerOf("backend");
  return ({ type, ...fields }) => {
    switch (type) {
      case "backend_up":
        return log.info("Backend up", fields);
      case "backend_down":
        return log.warn("Backend down", fields);
      case "voice_refused":
        return log.warn("Voice not used: the fleet knows it at another sample rate", fields);
      case "breaker_changed":
        return log.warn("Circuit breaker changed", fields);
      case "backend_trouble":
        return log.warn("Backend in trouble", fields);
      case "addresses_changed":
        return log.info("Addresses changed", fields);
      case "resolve_failed":
        return log.warn("Name not resolved", fields);
      case "failover":
        return log.warn("Sentence goes on at another backend", fields);
      case "retry_denied":
        return log.warn("Retry budget spent", fields);
    }
  };
}
