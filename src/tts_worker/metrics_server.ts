/**
 * `/metrics` over HTTP.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { ConfigError } from "../errors.ts";

/** Serves what `metrics` gives. @throws {ConfigError} when it cannot listen. */
export function serveMetrics(
  hostname: string,
  port: number,
  metrics: () => Promise<string>,
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname, port, onListen() {} }, (request) => answer(request, metrics));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `TTS_WORKER_METRICS_PORT: cannot listen on ${hostname}:${port}: ${reason}`,
    ]);
  }
}

async function answer(request: Request, metrics: () => Promise<string>): Promise<Response> {
  if (new URL(request.url).pathname !== "/metrics") {
    return new Response("there is only /metrics\n", { status: STATUS_CODE.NotFound });
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return new Response(null, {
      status: STATUS_CODE.MethodNotAllowed,
      headers: { allow: "GET, HEAD" },
    });
  }
  return new Response(await metrics(), {
    headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
  });
}
