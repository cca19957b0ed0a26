/**
 * Cancels a call such that it is cancelled.
 *
 * @module
 */

import { setImmediate } from "node:timers";

/**
 * Cancels a call once all promises that can settle have settled: grpc-js forgets a cancellation that
 * comes between a call's beginning and the promise which then sends it, and the server would work on
 * a call that nobody waits for and nothing can cancel.
 */
export function cancelSoon(call: { cancel(): void }, onCancelled: () => void = () => {}): void {
  setImmediate(() => {
    call.cancel();
    onCancelled();
  });
}
