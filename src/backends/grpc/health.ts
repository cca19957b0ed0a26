/**
 * How a worker is: by `grpc.health.v1.Health`, or where it has none, by whether it answers.
 *
 * @module
 */

import { status } from "@grpc/grpc-js";
import { SERVICE_NAME } from "../../grpc/definitions.ts";
import type { Clock } from "../../lib/clock.ts";
import { MemberError, type MemberHealth } from "../fleet/member.ts";
import { delay, withDeadline } from "../../lib/wait.ts";
import { memberErrorOf, statusOf } from "./errors.ts";
import type { Wire } from "./wire.ts";

/**
 * Longest wait for a connection and the first answer on it, in ms. One that is given up stays open
 * for as long as the other side does nothing, so this is no short time.
 */
const CONNECT_TIMEOUT_MS = 10_000;

/** Time between questions to a worker that has no health service, in ms. */
const POLL_MS = 1_000;

/** Longest wait for the answer, in ms. */
const POLL_TIMEOUT_MS = 2_000;

/** Options of {@linkcode watchHealth}. */
export interface WatchOptions {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called with all that the worker says of itself, also when it says the same again. */
  readonly onHealth: (health: MemberHealth) => void;
}

/** Watches a worker's health for as long as it can be told. Throws when it is not told any more. */
export async function watchHealth(options: WatchOptions): Promise<never> {
  await watch(options);
  return await poll(options);
}

/**
 * Resolves if the worker says that it serves.
 *
 * @throws {MemberError} or the signal's reason.
 */
export async function checkHealth({ health, tts }: Wire, signal: AbortSignal): Promise<void> {
  try {
    const answer = await health.check(SERVICE_NAME, { signal });
    if (answer === "SERVING") return;
    throw new MemberError("unavailable", `the worker says that it is ${answer}`);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (!isHealthMissing(error)) throw memberErrorOf(error);
  }
  await tts.getCapabilities({ signal }).catch((error) => {
    throw signal.aborted ? signal.reason : memberErrorOf(error);
  });
}

/** Whether the worker has no health service, or none that knows what it serves. */
function isHealthMissing(error: unknown): boolean {
  const code = statusOf(error);
  return code === status.UNIMPLEMENTED || code === status.NOT_FOUND;
}

/** Passes on what the worker tells; resolves if it tells nothing of what it serves. */
async function watch({ wire, clock, signal, onHealth }: WatchOptions): Promise<void> {
  signal.throwIfAborted();
  const connection = new AbortController();
  const onAbort = () => connection.abort(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  const cancelTimer = clock.after(CONNECT_TIMEOUT_MS, () => {
    connection.abort(new MemberError("timeout", `no answer came for ${CONNECT_TIMEOUT_MS} ms`));
  });
  try {
    for await (const health of wire.health.watch(SERVICE_NAME, { signal: connection.signal })) {
      cancelTimer();
      if (health === "SERVICE_UNKNOWN") return;
      onHealth(health === "SERVING" ? "serving" : "not_serving");
    }
  } catch (error) {
    if (statusOf(error) === status.UNIMPLEMENTED) return;
    throw error;
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", onAbort);
  }
  throw new MemberError("unavailable", "the worker has ended the watch");
}

/** A worker that answers serves. */
async function poll({ wire, clock, signal, onHealth }: WatchOptions): Promise<never> {
  for (;;) {
    await withDeadline({
      clock,
      signal,
      timeoutMs: POLL_TIMEOUT_MS,
      error: () => new MemberError("timeout", `no answer came for ${POLL_TIMEOUT_MS} ms`),
    }, (signal) => wire.tts.getCapabilities({ signal }));
    onHealth("serving");
    await delay(clock, POLL_MS, signal);
  }
}
