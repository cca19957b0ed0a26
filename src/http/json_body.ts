/**
 * Reading the JSON that a client posts.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { type Message, parseObject } from "../dialects/fields.ts";
import type { HttpRefusal } from "./refusal.ts";

/** Time that a client has for its request's body, in ms. */
const BODY_TIMEOUT_MS = 10_000;

/** A body, or the reason why there is none. */
export type JsonBody = { readonly body: Message } | { readonly refusal: HttpRefusal };

/** Reads a JSON object of at most `maxBytes`. */
export async function readJson(request: Request, maxBytes: number): Promise<JsonBody> {
  if (request.headers.has("content-encoding")) return { refusal: encoded() };
  const bytes = await readBytes(request, maxBytes);
  if (bytes === "too large") return { refusal: tooLarge(maxBytes) };
  if (bytes === "too slow") return { refusal: tooSlow() };
  const text = decode(bytes);
  if (text === undefined) return { refusal: notJson("is not UTF-8") };
  if (text === "") return { refusal: notJson("is empty; it must be a JSON object") };
  const body = parseObject(text);
  return body === undefined ? { refusal: notJson("is not a JSON object") } : { body };
}

/** Undefined for what is not UTF-8. */
function decode(bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function readBytes(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | "too large" | "too slow"> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  const signal = AbortSignal.timeout(BODY_TIMEOUT_MS);
  try {
    const sink = new WritableStream<Uint8Array<ArrayBuffer>>({
      write(part) {
        length += part.length;
        if (length > maxBytes) throw new RangeError("too large");
        parts.push(part);
      },
    });
    await request.body?.pipeTo(sink, { signal });
  } catch (error) {
    if (length > maxBytes) return "too large";
    if (signal.aborted) return "too slow";
    throw error;
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function tooLarge(limit: number): HttpRefusal {
  return {
    status: STATUS_CODE.ContentTooLarge,
    error: { code: "too_large", message: `the body may have ${limit} bytes`, limit },
  };
}

function tooSlow(): HttpRefusal {
  return {
    status: STATUS_CODE.RequestTimeout,
    error: {
      code: "bad_message",
      message: `the body did not come within ${BODY_TIMEOUT_MS} ms`,
      limit: BODY_TIMEOUT_MS,
    },
  };
}

function notJson(problem: string): HttpRefusal {
  return {
    status: STATUS_CODE.BadRequest,
    error: { code: "bad_json", message: `the body ${problem}` },
  };
}

function encoded(): HttpRefusal {
  return {
    status: STATUS_CODE.UnsupportedMediaType,
    error: {
      code: "unsupported",
      message: "a body is taken as it is, without a content encoding",
      field: "content-encoding",
    },
  };
}
