/**
 * How the server says that it does not do something, in its own words.
 *
 * @module
 */

import type { ErrorCode } from "../../errors.ts";
import type { JsonError } from "../json_error.ts";
import { array, choice, described, type Fields, number, object, string } from "./schema.ts";

/** Codes of the session protocol, and what they mean. */
const SESSION_CODES: Readonly<Record<ErrorCode, string>> = {
  bad_json: "no JSON object",
  bad_message: "unknown type, or a field of the wrong type or form",
  too_large: "the message or the body is too long",
  text_too_long: "more characters than one message, or one utterance, may have",
  unknown_utterance: "there is and was no such utterance",
  utterance_ended: "it takes no more text",
  overloaded: "refused whole; try again later",
  rate_limited: "too many messages a second, or too many wrong keys",
  synthesis_failed: "a sentence could not be spoken, or not to its end",
  unsupported: "what is not there: a voice, a binary message, a content encoding",
  unauthorized: "a key is needed",
  idle_timeout: "no message for long while nothing was being said",
  session_limit: "too many open utterances, or the client does not read",
  internal: "a fault of the server's own",
};

type HttpCode = Exclude<JsonError["code"], ErrorCode>;

const HTTP_CODES: Readonly<Record<HttpCode, string>> = {
  not_found: "there is no such thing",
  method_not_allowed: "not by this method",
  forbidden: "not for who asks",
  busy: "in use already",
};

const codesOf = (codes: Readonly<Record<string, string>>) =>
  choice(
    Object.entries(codes).map(([code, meaning]) => `\`${code}\`: ${meaning}`).join("; "),
    Object.keys(codes),
  );

const message = string("For people.");
const field = string("The field or parameter at fault.");
const limit = number("The limit that was passed, in the field's unit.");
const retryAfterMs = number("When trying again makes sense, in ms from now.", { minimum: 0 });

/** Fields of a problem, as the session protocol tells it. */
export const problemFields: { readonly required: Fields; readonly optional: Fields } = {
  required: { code: codesOf(SESSION_CODES), message },
  optional: {
    field,
    limit,
    utterance_id: string("The utterance that it is about."),
    retry_after_ms: retryAfterMs,
  },
};

/** `error` of an answer. */
export const jsonError = object(
  { code: codesOf({ ...SESSION_CODES, ...HTTP_CODES }), message },
  {
    field,
    allowed: array("What the field or parameter may be.", { type: "string" }),
    limit,
    retry_after_ms: retryAfterMs,
  },
);

/** Schemas of whole answers. */
export const errorSchemas = {
  Error: described("A request that is not served.", object({ error: jsonError })),
} as const;
