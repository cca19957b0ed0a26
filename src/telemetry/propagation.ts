/**
 * What tells another process which request its work is part of.
 *
 * @module
 */

import { currentContext } from "./context.ts";
import { traceHeaders } from "./tracer.ts";

/** W3C trace headers, and `x-request-id`, of the request that is being worked on. */
export function propagatedHeaders(): Record<string, string> {
  const requestId = currentContext()?.request_id;
  return { ...traceHeaders(), ...(typeof requestId === "string" && { "x-request-id": requestId }) };
}
