/**
 * Refusals in Cartesia's words.
 *
 * @module
 */

import { errorBody } from "../../../dialects/cartesia/errors.ts";
import { currentContext } from "../../../telemetry/context.ts";
import type { Refuse } from "../../refusal.ts";

/** Says why a request is not served. */
export const refuseCartesia: Refuse = ({ status, error, headers }) =>
  Response.json(errorBody(error, requestId()), { status, ...(headers && { headers }) });

/** What the log knows the request by. */
export function requestId(): string {
  return currentContext()?.request_id ?? crypto.randomUUID();
}
