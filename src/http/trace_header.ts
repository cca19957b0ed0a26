/**
 * The trace that a request is part of.
 *
 * @module
 */

import { parseTraceparent } from "../lib/traceparent.ts";

/** The header's, if it can be read: one that cannot is as good as none, says the standard. */
export function traceparentOf(request: Request): string | undefined {
  const header = request.headers.get("traceparent")?.trim();
  return header !== undefined && parseTraceparent(header) !== undefined ? header : undefined;
}
