/**
 * gRPC's errors -> the fleet's.
 *
 * @module
 */

import { type ServiceError, status } from "@grpc/grpc-js";
import { MemberError, type MemberErrorCode } from "../fleet/member.ts";

/** What each status says of the member; all others say `internal`. */
const CODES: ReadonlyMap<status, MemberErrorCode> = new Map<status, MemberErrorCode>([
  [status.RESOURCE_EXHAUSTED, "overloaded"],
  [status.UNAVAILABLE, "unavailable"],
  [status.ABORTED, "unavailable"],
  // Not by us, else nobody would ask: the connection broke off.
  [status.CANCELLED, "unavailable"],
  [status.INVALID_ARGUMENT, "invalid"],
  [status.NOT_FOUND, "not_found"],
  [status.DEADLINE_EXCEEDED, "timeout"],
]);

/** The status that a call ended with; undefined for an error that is none of gRPC's. */
export function statusOf(error: unknown): status | undefined {
  return isServiceError(error) ? error.code : undefined;
}

/** How a member failed whose call ended with that error, which was not a cancellation of ours. */
export function memberErrorOf(error: unknown): MemberError {
  if (error instanceof MemberError) return error;
  if (!isServiceError(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return new MemberError("internal", message, { cause: error });
  }
  const { code, details } = error;
  const message = `${status[code] ?? code}: ${details}`;
  return new MemberError(CODES.get(code) ?? "internal", message, { cause: error });
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && typeof error.code === "number" &&
    "details" in error && typeof error.details === "string";
}
