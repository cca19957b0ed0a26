/**
 * The answer for who shows no listener's key where one is needed.
 *
 * @module
 */

import type { HttpRefusal } from "./refusal.ts";

/** Says how to show one. */
export const keyNeeded: Omit<HttpRefusal, "status"> = {
  error: {
    code: "unauthorized",
    message: "a valid key is needed, wherever this client puts its key, or as Authorization: " +
      "Bearer KEY, as subprotocol bearer.KEY beside syrinx.v1, or as token=KEY",
  },
  headers: { "www-authenticate": "Bearer" },
};
