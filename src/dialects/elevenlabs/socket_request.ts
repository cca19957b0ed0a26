/**
 * Reading the query of a WebSocket.
 *
 * Source: ElevenLabs' AsyncAPI specification of `stream-input` and `multi-stream-input`. Parameters
 * that are not read here have no meaning for the voices here.
 *
 * @module
 */

import { attempt, bad, numeric, queryFields, readBoolean, readNumber } from "../fields.ts";
import type { BadParameter } from "../dialect.ts";
import { type OutputFormat, readOutputFormat } from "./output_format.ts";

/** How a connection is to be. */
export interface SocketRequest {
  readonly format: OutputFormat;
  /** Time without a message, and nothing to say, after which a context ends, in ms. */
  readonly inactivityMs: number;
  /** Speak each phrase as it comes. */
  readonly autoMode: boolean;
  /** Count the times of characters from the start of a context's audio, see {@linkcode Context}. */
  readonly syncAlignment: boolean;
}

/** In s. */
const DEFAULT_INACTIVITY = 20;
const MAX_INACTIVITY = 180;

/** Reads the query. */
export function readSocketRequest(query: URLSearchParams): SocketRequest | BadParameter {
  return attempt(() => {
    const fields = numeric(flags(queryFields(query), ["auto_mode", "sync_alignment"]), [
      "inactivity_timeout",
    ]);
    const range = { min: 1, max: MAX_INACTIVITY };
    const inactivityS = readNumber(fields, "inactivity_timeout", range) ?? DEFAULT_INACTIVITY;
    return {
      format: readOutputFormat(fields),
      inactivityMs: 1000 * inactivityS,
      autoMode: readBoolean(fields, "auto_mode") ?? false,
      syncAlignment: readBoolean(fields, "sync_alignment") ?? false,
    };
  });
}

/** Python's clients write `True`. */
function flags(fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  const read = names.filter((name) => fields[name] !== undefined).map((name) => {
    const text = String(fields[name]).toLowerCase();
    if (text === "true" || text === "1") return [name, true];
    if (text === "false" || text === "0") return [name, false];
    throw bad(name, "must be true or false");
  });
  return { ...fields, ...Object.fromEntries(read) };
}
