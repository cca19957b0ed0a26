/**
 * What went wrong, in OpenAI's words.
 *
 * Source: the error object of OpenAI's API reference, and the codes that its servers send.
 *
 * @module
 */

/** The `error` of an answer, or of an `error` event. */
export interface OpenAiError {
  readonly message: string;
  /** Whose fault it is. */
  readonly type: "invalid_request_error" | "rate_limit_error" | "server_error";
  readonly code: string;
  /** The field at fault. */
  readonly param: string | null;
}

/** What went wrong, in ours. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly field?: string | undefined;
  readonly limit?: number;
}

/** OpenAI's words for our codes; where it has none ours stay. */
const CODES: Readonly<Record<string, string>> = {
  bad_message: "invalid_value",
  unsupported: "unsupported_value",
  text_too_long: "string_above_max_length",
  unauthorized: "invalid_api_key",
  not_found: "model_not_found",
  rate_limited: "rate_limit_exceeded",
};

/** Codes of what is no fault of the client's. */
const SERVER_CODES = ["overloaded", "session_limit", "synthesis_failed", "internal"];

/** Says it in OpenAI's words. */
export function openAiError(fault: Fault): OpenAiError {
  const { code, message, field, limit } = fault;
  if (isMissing(fault)) return missing(field!);
  // Only texts have a field and a limit.
  const isTooLong = code === "bad_message" && limit !== undefined && field !== undefined;
  return {
    message,
    type: typeOf(code),
    code: isTooLong ? CODES.text_too_long! : CODES[code] ?? code,
    param: field ?? null,
  };
}

/** Whether all that is wrong with a field is that it is not there. */
function isMissing({ field, message }: Fault): boolean {
  return message === `${field} is missing`;
}

function missing(field: string): OpenAiError {
  return {
    message: `Missing required parameter: '${field}'.`,
    type: "invalid_request_error",
    code: "missing_required_parameter",
    param: field,
  };
}

/** A message with the choice that there is; OpenAI's errors have no field for that. */
export function explain(
  { message, allowed }: { readonly message: string; readonly allowed?: readonly string[] },
): string {
  return allowed === undefined ? message : `${message}; it may be ${allowed.join(", ")}`;
}

function typeOf(code: string): OpenAiError["type"] {
  if (code === "rate_limited") return "rate_limit_error";
  return SERVER_CODES.includes(code) ? "server_error" : "invalid_request_error";
}
