/**
 * Refusals in Cartesia's words.
 *
 * @module
 */

import { errorBody } from "../../../dialects/cartesia/errors.ts";
import { currentContext } from "../../../telemetry/context.ts";
import type { Refuse } from "../../refusal.ts";

/** Says why a request is not served. */
export const refuseCartesia: Refuse = ({ status, error, headers }) => {
  const body = errorBody(error, requestId());
  return Response.json(body, {
    status,
    headers: { ...requestIdHeaders(body.request_id), ...headers },
  });
};

/** Cartesia names no header of its own: clients look for either of these. */
export function requestIdHeaders(id: string): Readonly<Record<string, string>> {
  return {
    "cartesia-request-id": id,
    "x-request-id": id,
    "access-control-expose-headers": "cartesia-request-id, x-request-id",
  };
}

/** What the log knows the request by. */
export function requestId(): string {
  return currentContext()?.request_id ?? crypto.randomUUID();
}
