/**
 * `/debug/profile` and `/debug/heap`: profiles of the running server as downloads.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { loggerOf } from "../telemetry/logger.ts";
import { jsonError } from "./json_error.ts";
import type { Route } from "./route.ts";

/** What makes profiles. Both give undefined while the one before is still being made. */
export interface DebugSource {
  /** A `.cpuprofile`; to cancel the stream ends the recording. */
  record(seconds: number): ReadableStream<Uint8Array> | undefined;
  /** A `.heapsnapshot`. */
  heap(): ReadableStream<Uint8Array> | undefined;
}

/** What may be recorded, in s. */
export const RECORDING = { min: 0.1, max: 60, usual: 10 } as const;

/** `/debug/profile?seconds=10` */
export function profileRoute(source: DebugSource): Route {
  return (request, { url }) => {
    const seconds = Number(url.searchParams.get("seconds") ?? RECORDING.usual);
    // The comparison also refuses what is no number.
    if (!(seconds >= RECORDING.min && seconds <= RECORDING.max)) return badSeconds();
    return download(request, "cpuprofile", () => source.record(seconds));
  };
}

/** `/debug/heap` */
export function heapRoute(source: DebugSource): Route {
  return (request) => download(request, "heapsnapshot", () => source.heap());
}

/** The stream is cancelled by the runtime when the client goes away. */
function download(
  request: Request,
  extension: string,
  open: () => ReadableStream<Uint8Array> | undefined,
): Response {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
  const headers = {
    "content-type": "application/json",
    "content-disposition": `attachment; filename="syrinx_${time}.${extension}"`,
  };
  if (request.method === "HEAD") return new Response(null, { headers });
  try {
    const body = open();
    return body === undefined ? busy() : new Response(body, { headers });
  } catch (error) {
    return impossible(error);
  }
}

function badSeconds(): Response {
  return jsonError(STATUS_CODE.BadRequest, {
    code: "bad_message",
    message: "that many seconds cannot be recorded",
    field: "seconds",
    allowed: [`${RECORDING.min} to ${RECORDING.max}`],
  });
}

function busy(): Response {
  return jsonError(STATUS_CODE.Conflict, {
    code: "busy",
    message: "one is being made already; only one is made at a time",
  });
}

/** The runtime says which permission it wants. */
function impossible(error: unknown): Response {
  const reason = error instanceof Error ? error.message : String(error);
  loggerOf("http").error("A profile could not be made", { error: reason });
  return jsonError(STATUS_CODE.InternalServerError, {
    code: "internal",
    message: `it cannot be made: ${reason}`,
  });
}
