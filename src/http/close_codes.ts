/**
 * What the codes of a closing WebSocket mean.
 *
 * @module
 */

import type { SessionEnd } from "../speech/types.ts";

/** RFC 6455, 7.4.1, and the IANA registry for 1011 and 1013. */
export function closeCodeOf(end: SessionEnd): number {
  switch (end) {
    case "finished":
      return 1000;
    case "drained":
      return 1001;
    case "too_large":
      return 1009;
    case "internal":
    case "synthesis_failed":
      return 1011;
    case "overloaded":
      return 1013;
    default:
      return 1008;
  }
}

/**
 * Whether a client has said that it leaves: normally, to another page, or without a code. The runtime
 * tells a client that answers no ping by 1001 too.
 */
export function isGoodbye({ code, reason }: CloseEvent): boolean {
  return [1000, 1001, 1005].includes(code) && reason !== "No response from ping frame.";
}
