/**
 * The answer for who shows no listener's key where one is needed.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { jsonError } from "./json_error.ts";

/** Says how to show one. */
export function unauthorized(): Response {
  return jsonError(STATUS_CODE.Unauthorized, {
    code: "unauthorized",
    message: "a valid key is needed: as Authorization: Bearer KEY, as subprotocol bearer.KEY " +
      "beside syrinx.v1, or as token=KEY",
  }, { "www-authenticate": "Bearer" });
}
