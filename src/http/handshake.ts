/**
 * The handshake of a WebSocket (RFC 6455, 4.2.1).
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { HttpRefusal } from "./refusal.ts";

/** Whether a request is one: version 13, and a key of 16 bytes in base64. */
export function isHandshake({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket" &&
    headers.get("sec-websocket-version")?.trim() === "13" &&
    /^[A-Za-z0-9+/]{22}==$/.test(headers.get("sec-websocket-key")?.trim() ?? "");
}

/** What is wrong with a handshake; undefined if nothing is. */
export function badHandshake(request: Request): HttpRefusal | undefined {
  if (isHandshake(request)) return undefined;
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return upgradeRequired;
  return {
    status: STATUS_CODE.BadRequest,
    error: {
      code: "bad_message",
      message: "the WebSocket handshake needs Sec-WebSocket-Version: 13 and a Sec-WebSocket-Key",
    },
    headers: { "sec-websocket-version": "13" },
  };
}

const upgradeRequired: HttpRefusal = {
  status: STATUS_CODE.UpgradeRequired,
  error: { code: "unsupported", message: "this is a WebSocket: connect with ws://" },
  headers: { upgrade: "websocket", connection: "Upgrade" },
};
