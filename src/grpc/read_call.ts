/**
 * A server-streaming call as an async generator.
 *
 * @module
 */

import { type ClientReadableStream, status, type StatusObject } from "@grpc/grpc-js";
import { cancelSoon } from "./cancel_soon.ts";

/** Options of {@linkcode readCall}. */
export interface ReadCallOptions {
  readonly signal?: AbortSignal;
  /** Called once, when the call is over; `reset` says whether it was broken off from this side. */
  readonly onEnd?: (reset: boolean) => void;
}

/**
 * Gives a call's messages. A reader that stops cancels the call. When the call fails, grpc-js drops
 * what has come and has not been read yet.
 *
 * @param open begins the call; not called if the signal has aborted.
 * @throws {Error} the `ServiceError` that the call ends with.
 * @throws the signal's reason, at once when it aborts; the call is cancelled then.
 */
export async function* readCall<T>(
  open: () => ClientReadableStream<T>,
  options: ReadCallOptions = {},
): AsyncGenerator<T, void, void> {
  const { signal, onEnd = () => {} } = options;
  signal?.throwIfAborted();
  const call = open();
  let ended = false;
  let cancelled = false;
  const cancel = () => {
    if (ended || cancelled) return;
    cancelled = true;
    cancelSoon(call, () => onEnd(true));
  };
  call.on("status", ({ code }: StatusObject) => {
    ended = true;
    if (!cancelled) onEnd(code === status.DEADLINE_EXCEEDED);
  });
  // An error may come when nobody reads any more; unheard, it would end the process.
  call.on("error", () => {});
  const onAbort = () => {
    cancel();
    call.destroy(signal!.reason);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    for await (const message of call) yield message as T;
  } finally {
    signal?.removeEventListener("abort", onAbort);
    cancel();
  }
}
