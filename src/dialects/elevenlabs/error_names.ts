/**
 * What ElevenLabs calls what goes wrong.
 *
 * Source: ElevenLabs' help pages on errors of the API, and messages that users of the WebSocket
 * published. Where it has no such error the name is ours.
 *
 * @module
 */

import type { ErrorCode } from "../../errors.ts";

/** The `status` of an error over HTTP, and `error` over WebSocket. */
export function errorName(code: ErrorCode): string {
  switch (code) {
    case "unauthorized":
      return "invalid_api_key";
    case "text_too_long":
      return "max_character_limit_exceeded";
    case "idle_timeout":
      return "input_timeout_exceeded";
    case "overloaded":
      return "system_busy";
    case "rate_limited":
      return "rate_limit_exceeded";
    case "bad_json":
    case "bad_message":
    case "unsupported":
      return "invalid_input_message";
    default:
      return code;
  }
}
