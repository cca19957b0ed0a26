/**
 * The few errors that callers catch.
 *
 * @module
 */

/** Codes of the session protocol, version 1. */
export type ErrorCode =
  | "bad_json"
  | "bad_message"
  | "too_large"
  | "text_too_long"
  | "unknown_utterance"
  | "utterance_ended"
  | "overloaded"
  | "rate_limited"
  | "synthesis_failed"
  | "unsupported"
  | "unauthorized"
  | "idle_timeout"
  | "session_limit"
  | "internal";

/** The configuration cannot be used. Each problem names a setting, its value and what is allowed. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.problems = problems;
  }
}
