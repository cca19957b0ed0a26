/**
 * What went wrong, in Deepgram's words.
 *
 * Sources: Deepgram's documentation, "Errors" (HTTP) and "TTS Troubleshooting WebSocket, NET, and
 * DATA Errors".
 *
 * @module
 */

import type { ErrorCode } from "../../errors.ts";
import type { Problem } from "../../speech/types.ts";

/** The body of an answer that is none. */
export interface DeepgramError {
  readonly err_code: string;
  readonly err_msg: string;
  readonly request_id: string;
}

/** What went wrong, in ours. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly field?: string;
  readonly allowed?: readonly string[];
  readonly limit?: number;
}

/** Whether a text has too many characters: for Deepgram that is 413. */
export function isTextTooLong({ code, field, limit }: Fault): boolean {
  return code === "text_too_long" ||
    (code === "bad_message" && field === "text" && limit !== undefined);
}

/** The body of an HTTP answer. */
export function errorBody(fault: Fault, requestId: string): DeepgramError {
  return { err_code: httpCodeOf(fault), err_msg: explain(fault), request_id: requestId };
}

const HTTP_CODES: Readonly<Record<string, string>> = {
  bad_json: "PAYLOAD_ERROR",
  too_large: "PAYLOAD_TOO_LARGE",
  overloaded: "Service Unavailable",
  session_limit: "Service Unavailable",
  rate_limited: "Too Many Requests",
  synthesis_failed: "INTERNAL_SERVER_ERROR",
  internal: "INTERNAL_SERVER_ERROR",
  unauthorized: "INVALID_AUTH",
  forbidden: "INSUFFICIENT_PERMISSIONS",
  unsupported: "Bad Request",
};

function httpCodeOf(fault: Fault): string {
  if (isTextTooLong(fault)) return "Payload Too Large";
  return HTTP_CODES[fault.code] ?? codeOfField(fault.field);
}

function codeOfField(field: string | undefined): string {
  switch (field) {
    case undefined:
    case "model":
      return "Bad Request";
    case "text":
    case "url":
      return "PAYLOAD_ERROR";
    default:
      return "INVALID_QUERY_PARAMETER";
  }
}

const UNAUTHORIZED =
  "Invalid credentials. Send a key of this server as Authorization: Token KEY, " +
  "or after the subprotocol token.";

function explain({ code, message, allowed }: Fault): string {
  if (code === "unauthorized") return UNAUTHORIZED;
  return allowed === undefined ? message : `${message}; it may be ${allowed.join(", ")}`;
}

/** The payloads of closing frames, and of Flux' errors. */
const STREAM_CODES: Readonly<Record<ErrorCode, string>> = {
  bad_json: "DATA-0000",
  bad_message: "DATA-0000",
  unsupported: "MESSAGE-0000",
  too_large: "BIG-0000",
  text_too_long: "BIG-0001",
  rate_limited: "DATA-0001",
  overloaded: "DATA-0001",
  unknown_utterance: "DATA-0000",
  utterance_ended: "DATA-0000",
  session_limit: "NET-0002",
  idle_timeout: "NET-0001",
  synthesis_failed: "NET-0000",
  unauthorized: "NET-0000",
  internal: "NET-0000",
};

/** The server could not wait until all was said; Deepgram has no code for it but that of a fault. */
export const CUT_OFF: Problem = {
  code: "internal",
  message: "the server is about to stop, and has cut the speech off",
};

/** The code of an error that ends a stream, or of Aura's warning. */
export function streamCode({ code }: Problem): string {
  return STREAM_CODES[code];
}
