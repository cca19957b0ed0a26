/**
 * The header by which OpenAI's clients name a request: `error.requestID` in the SDKs.
 *
 * @module
 */

import { currentContext } from "../../../telemetry/context.ts";

/** What the log knows the request by. */
export function requestIdHeader(): Readonly<Record<string, string>> {
  const id = currentContext()?.request_id;
  return id === undefined ? {} : { "x-request-id": id };
}
