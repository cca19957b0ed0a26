/**
 * What it means when a server says no.
 *
 * Servers that speak OpenAI's API agree on the status codes, more or less, and not on the bodies:
 * `{"error": {"message", "type", "param", "code"}}` is OpenAI's and LocalAI's, `{"detail": ...}`
 * that of everything made with FastAPI, such as Kokoro-FastAPI and speaches, and openedai-speech
 * puts the fields of OpenAI's on top.
 *
 * @module
 */

import { MemberError } from "../fleet/member.ts";

/** What the member knows of the request that was refused. */
export interface RefusedRequest {
  /** Whether an API key went with it. */
  readonly hasKey: boolean;
  /** What is not to be written down, e.g. the text to be spoken. */
  readonly secrets: readonly string[];
}

/** A refusal, in one form. */
interface Complaint {
  /** In the server's words. */
  readonly message: string;
  /** Fields of the request that it is about, and codes of the server's. */
  readonly marks: readonly string[];
}

/** Longest piece of a server's words that is passed on. */
const MAX_MESSAGE = 200;

/** A server's words that share so many characters in a row with a secret are not passed on. */
const SECRET_RUN = 12;

/** "No such", in the words of the servers. */
const MISSING = /not (?:found|supported|available|exist|installed|configured|loaded)|unsupported|/
  .source + /unknown|invalid|no such|does not exist|error loading/.source;

const NO_VOICE = new RegExp(`\\bvoice\\b.*(?:${MISSING})|(?:${MISSING}).*\\bvoice\\b`, "is");

const NO_MODEL = new RegExp(`\\bmodel\\b.*(?:${MISSING})|(?:${MISSING}).*\\bmodel\\b`, "is");

/** The error to throw for an answer that is no success; `body` is its body as far as it was read. */
export function refusalOf(
  { status, headers }: Pick<Response, "status" | "headers">,
  body: string,
  request: RefusedRequest,
): MemberError {
  const complaint = complaintIn(body);
  const says = (what: string) => {
    const words = quotable(complaint.message, request.secrets);
    return `${what} (HTTP ${status})${words === "" ? "" : `: ${words}`}`;
  };
  switch (status) {
    case 401:
      // Its words may show a part of the key.
      return new MemberError(
        "internal",
        request.hasKey
          ? "it refuses the API key (HTTP 401): see the variable that key_env names"
          : "it wants an API key (HTTP 401): key_env names the variable that has it",
      );
    case 403:
      return new MemberError("internal", "the API key does not allow this (HTTP 403)");
    case 408:
    case 502:
    case 503:
    case 504:
      return new MemberError("unavailable", says("it is not available"));
    case 429:
      if (isOutOfMoney(complaint)) {
        return new MemberError("internal", says("its account has nothing left to spend"));
      }
      return new MemberError("overloaded", says("it is too busy"), retryAfter(headers));
  }
  if (status >= 500) return new MemberError("internal", says("it failed"));
  if (status < 400) {
    return new MemberError("internal", `it is at another address (HTTP ${status})`);
  }
  if (isAbout(complaint, ["voice", "voice_id"], NO_VOICE)) {
    return new MemberError("not_found", says("it has no such voice"));
  }
  if (isAbout(complaint, ["model", "response_format", "stream"], NO_MODEL)) {
    return new MemberError("internal", says("it does not take the model or the format"));
  }
  if (status === 400 || status === 413 || status === 422) {
    return new MemberError("invalid", says("it does not take the request"));
  }
  return new MemberError("internal", says("there is no such service"));
}

function isAbout({ message, marks }: Complaint, fields: readonly string[], words: RegExp): boolean {
  return marks.some((mark) => fields.includes(mark)) || words.test(message);
}

/** OpenAI says so with the status of a limit that is over in a moment. */
function isOutOfMoney({ marks }: Complaint): boolean {
  return marks.some((mark) => /insufficient_quota|credit_balance|(spend|usage)_limit/.test(mark));
}

function complaintIn(body: string): Complaint {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    // A page for people, or nothing: the status has to do.
  }
  const outer = fieldsOf(json);
  if (typeof outer.error === "string") {
    return { message: outer.error, marks: marksIn(outer) };
  }
  if (typeof outer.detail === "string") return { message: outer.detail, marks: [] };
  // Of several complaints the first one will do.
  const detail = Array.isArray(outer.detail) ? outer.detail[0] : outer.detail;
  const inner = fieldsOf(outer.error ?? detail ?? outer);
  const message = inner.message ?? inner.msg;
  return { message: typeof message === "string" ? message : "", marks: marksIn(inner) };
}

/** FastAPI's `loc` is a path such as `["body", "voice"]`; its `input` would be the text. */
function marksIn({ param, loc, code, type, error }: Record<string, unknown>): string[] {
  const path = Array.isArray(loc) ? loc : [];
  return [param, code, type, error, ...path].filter((mark) => typeof mark === "string");
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function quotable(message: string, secrets: readonly string[]): string {
  const line = message.replace(/\s+/g, " ").trim();
  if (secrets.some((secret) => shares(line, secret))) return "";
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}...` : line;
}

function shares(message: string, secret: string): boolean {
  const run = Math.min(SECRET_RUN, secret.length);
  if (run === 0) return false;
  for (let at = 0; at + run <= secret.length; at++) {
    if (message.includes(secret.slice(at, at + run))) return true;
  }
  return false;
}

/** Seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(headers: Headers): { readonly retryAfterMs?: number } {
  const inMs = headers.get("retry-after-ms") ?? "";
  const value = headers.get("retry-after") ?? "";
  const isNumber = /^\d+(?:\.\d+)?$/;
  let ms = Number.NaN;
  if (isNumber.test(inMs)) ms = Number(inMs);
  else if (isNumber.test(value)) ms = 1_000 * Number(value);
  else ms = Date.parse(value) - (Date.parse(headers.get("date") ?? "") || Date.now());
  return Number.isFinite(ms) ? { retryAfterMs: Math.max(0, ms) } : {};
}
