/**
 * What went wrong, in Cartesia's words.
 *
 * Source: Cartesia's documentation, "API Errors", and for `error` its API reference of 2024-11-13.
 *
 * @module
 */

import type { ErrorCode } from "../../errors.ts";
import type { Problem } from "../../speech/types.ts";

/** The body of an answer that is none. */
export interface CartesiaError {
  readonly error_code: string;
  readonly title: string;
  readonly message: string;
  readonly request_id: string;
}

/** What went wrong, in ours. */
interface Fault {
  readonly code: string;
  readonly message: string;
  readonly allowed?: readonly string[];
}

interface Words {
  /** Like HTTP's. */
  readonly status: number;
  readonly title: string;
  /** Where Cartesia has a code for it; else ours stays. */
  readonly code?: string;
}

const WORDS: Readonly<Record<ErrorCode, Words>> = {
  bad_json: { status: 400, title: "Invalid JSON" },
  bad_message: { status: 400, title: "Invalid request" },
  too_large: { status: 413, title: "Message too large" },
  text_too_long: { status: 400, title: "Transcript too long" },
  unknown_utterance: { status: 400, title: "Invalid request" },
  utterance_ended: { status: 400, title: "Context has closed" },
  overloaded: { status: 503, title: "Service unavailable" },
  rate_limited: { status: 429, title: "Too many requests" },
  synthesis_failed: { status: 500, title: "Speech synthesis failed" },
  unsupported: { status: 400, title: "Not supported" },
  unauthorized: { status: 401, title: "Unauthorized" },
  idle_timeout: { status: 408, title: "Context has expired" },
  session_limit: {
    status: 429,
    title: "Too many concurrent requests",
    code: "concurrency_limited",
  },
  internal: { status: 500, title: "Internal server error" },
};

const UNAUTHORIZED =
  "Invalid API key. Send a key of this server as Authorization: Bearer KEY, in the " +
  "header X-API-Key, or as api_key in the query.";

/** Titles of what only HTTP's answers tell. */
const HTTP_TITLES: Readonly<Record<string, string>> = {
  not_found: "Not found",
  forbidden: "Forbidden",
};

/** The body of an HTTP answer. */
export function errorBody(fault: Fault, requestId: string): CartesiaError {
  const { code } = fault;
  const words = WORDS[code as ErrorCode];
  return {
    error_code: words?.code ?? code,
    title: words?.title ?? HTTP_TITLES[code] ?? "Request refused",
    message: code === "unauthorized" ? UNAUTHORIZED : messageOf(fault),
    request_id: requestId,
  };
}

/**
 * An event that tells a problem. `isLast` says whether nothing more will come; `requestId` is what
 * the server's log knows it by.
 */
export function errorEvent(
  problem: Problem,
  { isLast, requestId }: { readonly isLast: boolean; readonly requestId?: string | undefined },
) {
  const { status, title, code } = WORDS[problem.code];
  const message = problem.field === "text" ? `transcript: ${problem.message}` : problem.message;
  return {
    type: "error",
    done: isLast,
    status_code: status,
    error_code: code ?? problem.code,
    title,
    message,
    // All that older versions have.
    error: `${title}: ${message}`,
    ...(requestId === undefined ? {} : { request_id: requestId }),
  };
}

/** With what a field may be. */
export function messageOf({ message, allowed }: Pick<Fault, "message" | "allowed">): string {
  return allowed === undefined ? message : `${message}; it may be ${allowed.join(", ")}`;
}
