/**
 * A unary call as a promise.
 *
 * @module
 */

import { type Client, Metadata, type MethodDefinition } from "@grpc/grpc-js";
import { cancelSoon } from "./cancel_soon.ts";

/** Options of {@linkcode callUnary}. */
export interface UnaryOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** When the call must have ended: a date, or milliseconds since 1970. */
  readonly deadline?: Date | number;
}

/**
 * The answer to a call.
 *
 * @throws {Error} the `ServiceError` that the call ends with.
 * @throws the signal's reason, at once when it aborts; the call is cancelled then.
 */
export async function callUnary<I, O>(
  client: Client,
  method: MethodDefinition<I, O>,
  request: I,
  options: UnaryOptions = {},
): Promise<O> {
  const { signal, deadline } = options;
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<O>();
  const call = client.makeUnaryRequest(
    method.path,
    method.requestSerialize,
    method.responseDeserialize,
    request,
    new Metadata(),
    deadline === undefined ? {} : { deadline },
    (error, response) => error === null ? resolve(response!) : reject(error),
  );
  const onAbort = () => {
    cancelSoon(call);
    reject(signal!.reason);
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}
