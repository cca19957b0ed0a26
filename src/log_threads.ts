/**
 * What happens to engine threads, as log lines: of the server and of a TTS worker alike.
 *
 * @module
 */

import type { ThreadEvent } from "./backends/embedded.ts";
import type { Logger } from "./telemetry/logger.ts";

/** Logs one event. */
export function logThreadEvent(log: Logger, event: ThreadEvent): void {
  switch (event.type) {
    case "thread_started":
      return log.debug("Engine thread started", {
        thread: event.thread,
        after_ms: event.afterMs,
      });
    case "thread_start_failed":
      return log.error("Engine thread could not be started", {
        error: event.error,
        retry_ms: event.retryMs,
      });
    case "thread_replaced":
      return log.warn("Engine thread replaced", {
        thread: event.thread,
        reason: event.reason,
        error: event.error,
      });
    case "text_refused":
      return log.error("A text is not spoken any more: engines were lost over it", {
        text_sha256: event.hash,
      });
  }
}
