/**
 * What the code that runs now works for: a session, a request, an utterance, a span. It follows the
 * work over every `await`, and stands on each log line below it.
 *
 * @module
 */

import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "../lib/clock.ts";

/** Given where work begins; other fields may stand beside these. */
export interface RequestContext {
  readonly sessionId?: string;
  /** One for each message of a client. */
  readonly requestId?: string;
  readonly utteranceId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly [field: string]: unknown;
}

/** The same under the names that it has on log lines. */
export interface LogContext {
  readonly session_id?: string;
  readonly request_id?: string;
  readonly utterance_id?: string;
  readonly trace_id?: string;
  readonly span_id?: string;
  readonly [field: string]: unknown;
}

/** The one storage; it has to be the module's, since everything below a call must find it. */
const storage = new AsyncLocalStorage<LogContext>();

/** Runs `work` with these fields added to those of the context around it. */
export function requestContext<T>(context: RequestContext, work: () => T): T {
  return storage.run({ ...storage.getStore(), ...toLogContext(context) }, work);
}

/** Runs `work` in this context, whatever is around it. */
export function inContext<T>(context: LogContext, work: () => T): T {
  return storage.run(context, work);
}

/** The context of the code that asks. */
export function currentContext(): LogContext | undefined {
  return storage.getStore();
}

/** Where the logger finds the context. */
export const contextStorage: {
  run<T>(context: Record<string, unknown>, work: () => T): T;
  getStore(): Record<string, unknown> | undefined;
} = storage;

/**
 * A clock for what all sessions share: its timers run in the context of this call, and not in that
 * of the session that happened to be the first to need one.
 */
export function withoutContext(clock: Clock): Clock {
  const outside = AsyncLocalStorage.snapshot();
  return {
    now: () => clock.now(),
    after: (ms, callback) => outside(() => clock.after(ms, callback)),
    every: (ms, callback) => outside(() => clock.every(ms, callback)),
  };
}

/** Makes ids for requests: short, and unlike those of any other process. */
export class RequestIds {
  readonly #prefix: string;
  #count = 0;

  constructor() {
    const [random] = crypto.getRandomValues(new Uint32Array(1));
    this.#prefix = `${random!.toString(36)}-`;
  }

  next(): string {
    return this.#prefix + (this.#count++).toString(36);
  }
}

/** `sessionId` -> `session_id`. */
function toLogContext(context: RequestContext): LogContext {
  const fields: Record<string, unknown> = {};
  for (const name in context) {
    fields[name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = context[name];
  }
  return fields;
}
