/**
 * Refusals in Deepgram's words.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { errorBody, isTextTooLong } from "../../../dialects/deepgram/errors.ts";
import { currentContext } from "../../../telemetry/context.ts";
import type { Refuse } from "../../refusal.ts";

/** Says why a request is not served, also where only headers can be read. */
export const refuseDeepgram: Refuse = ({ status, error, headers }) => {
  const body = errorBody(error, requestId());
  return Response.json(body, {
    status: isTextTooLong(error) ? STATUS_CODE.ContentTooLarge : status,
    headers: {
      "dg-request-id": body.request_id,
      "dg-error": toHeader(body.err_msg),
      "access-control-expose-headers": "dg-request-id, dg-error",
      ...headers,
    },
  });
};

/** What the log knows the request by. */
export function requestId(): string {
  return currentContext()?.request_id ?? crypto.randomUUID();
}

/** Headers take no more than printable ASCII. */
export function toHeader(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
