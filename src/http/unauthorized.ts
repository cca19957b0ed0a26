/**
 * The answer for who shows no listener's key where one is needed.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { HttpRefusal } from "./refusal.ts";
import { refuse } from "./refusal.ts";

/** Says how to show one. */
export const keyNeeded: Omit<HttpRefusal, "status"> = {
  error: {
    code: "unauthorized",
    message: "a valid key is needed: as Authorization: Bearer KEY, as subprotocol bearer.KEY " +
      "beside syrinx.v1, or as token=KEY",
  },
  headers: { "www-authenticate": "Bearer" },
};

/** Says it in our own words. */
export function unauthorized(): Response {
  return refuse({ status: STATUS_CODE.Unauthorized, ...keyNeeded });
}
