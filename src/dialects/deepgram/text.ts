/**
 * Texts, and how long they may be.
 *
 * @module
 */

import type { BadParameter } from "../dialect.ts";
import { attempt, bad, type Message, readString, required } from "../fields.ts";
import type { Version } from "./query.ts";

/**
 * Characters of one text for Aura: Deepgram's ("Errors", 413, and `BIG-0001` on the WebSocket). For
 * Flux it names no limit.
 */
const MAX_AURA_CHARACTERS = 2_000;

/** Reads the text of a message, possibly empty; throws a `BadField`. */
export function readText(message: Message, version: Version): string {
  const max = version === "v1" ? MAX_AURA_CHARACTERS : undefined;
  return required(readString(message, "text", max), "text");
}

/** Reads the text in the body of a request. */
export function readSpeechText(body: Message, version: Version): string | BadParameter {
  return attempt(() => {
    if (body.url !== undefined) throw bad("url", "cannot be used: send the text itself");
    const text = readText(body, version);
    if (text.trim() === "") throw bad("text", "contains no characters");
    return text;
  });
}
