/**
 * Takes a trace along with a request.
 *
 * @module
 */

import { context, propagation, ROOT_CONTEXT } from "@opentelemetry/api";

/** Headers by lower-case name. */
export type HeaderValues = Readonly<Record<string, string>>;

/**
 * Sends a request in the trace that its headers name, if they do. Where the runtime traces `fetch`
 * (`OTEL_DENO=true`) it writes those headers itself, behind any that are there: it is told of the
 * trace instead, so that its own span and the server's are a part of it.
 */
export function sendInTrace<T>(headers: HeaderValues, send: (headers: HeaderValues) => T): T {
  const fields = propagation.fields();
  if (fields.length === 0) return send(headers);
  const others = Object.entries(headers).filter(([name]) => !fields.includes(name));
  const traced = propagation.extract(ROOT_CONTEXT, headers);
  return context.with(traced, () => send(Object.fromEntries(others)));
}
