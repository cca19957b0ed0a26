/**
 * How an HTTP request is refused.
 *
 * @module
 */

import type { ErrorCode } from "../errors.ts";

/** What a refusal says. */
export interface JsonError {
  readonly code: ErrorCode | "not_found" | "method_not_allowed" | "forbidden" | "busy";
  readonly message: string;
  /** The parameter at fault. */
  readonly field?: string;
  /** What the parameter may be. */
  readonly allowed?: readonly string[];
  /** The limit that was passed, in the field's unit. */
  readonly limit?: number;
  /** When trying again makes sense, in ms from now. */
  readonly retry_after_ms?: number;
}

/** `{"error":{...}}` with the given status. */
export function jsonError(
  status: number,
  error: JsonError,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return Response.json({ error }, { status, headers });
}
