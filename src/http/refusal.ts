/**
 * Why a request is not served, before anyone has put it into a protocol's words.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { BadParameter } from "../dialects/dialect.ts";
import type { Problem } from "../speech/types.ts";
import { type JsonError, jsonError } from "./json_error.ts";

/** When a client that found no place should try again. */
export const RETRY_AFTER_MS = 5_000;

/** An answer that is none. */
export interface HttpRefusal {
  readonly status: number;
  readonly error: JsonError;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Puts a refusal into a protocol's words. */
export type Refuse = (refusal: HttpRefusal) => Response;

/** In our own words. */
export const refuse: Refuse = ({ status, error, headers }) => jsonError(status, error, headers);

/** A parameter cannot be used. */
export function badRequest(parameter: BadParameter): HttpRefusal {
  return { status: STATUS_CODE.BadRequest, error: { code: "bad_message", ...parameter } };
}

/** There is no place. */
export function unavailable(
  { message, limit }: { readonly message: string; readonly limit?: number },
): HttpRefusal {
  return {
    status: STATUS_CODE.ServiceUnavailable,
    error: {
      code: "overloaded",
      message,
      ...(limit === undefined ? {} : { limit }),
      retry_after_ms: RETRY_AFTER_MS,
    },
    headers: { "retry-after": String(RETRY_AFTER_MS / 1_000) },
  };
}

/** What a session could not do, as the answer to the request that it was opened for. */
export function refusalOf({ code, message, field, limit, retryAfterMs }: Problem): HttpRefusal {
  const error: JsonError = {
    code,
    message,
    ...(field === undefined ? {} : { field }),
    ...(limit === undefined ? {} : { limit }),
  };
  const retryAfterS = retryAfterMs === undefined ? undefined : Math.ceil(retryAfterMs / 1000);
  return {
    status: statusOf(code),
    error,
    ...(retryAfterS === undefined ? {} : { headers: { "retry-after": String(retryAfterS) } }),
  };
}

function statusOf(code: Problem["code"]): number {
  switch (code) {
    case "overloaded":
    case "session_limit":
      return STATUS_CODE.ServiceUnavailable;
    case "rate_limited":
      return STATUS_CODE.TooManyRequests;
    case "too_large":
      return STATUS_CODE.ContentTooLarge;
    case "unauthorized":
      return STATUS_CODE.Unauthorized;
    case "synthesis_failed":
    case "internal":
      return STATUS_CODE.InternalServerError;
    default:
      return STATUS_CODE.BadRequest;
  }
}
