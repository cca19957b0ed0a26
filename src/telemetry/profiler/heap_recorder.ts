/**
 * A heap snapshot on demand.
 *
 * @module
 */

import { Readable } from "node:stream";
import { getHeapSnapshot } from "node:v8";

/** Takes snapshots, one at a time. */
export class HeapRecorder {
  #isBusy = false;

  /**
   * A `.heapsnapshot` file of the main thread. The thread stands still while the snapshot is taken:
   * a second for every 20 MB of heap or so, and it takes as much memory again until it is read.
   *
   * @returns undefined until the snapshot before is read or cancelled.
   */
  record(): ReadableStream<Uint8Array> | undefined {
    if (this.#isBusy) return undefined;
    const snapshot = Readable.toWeb(getHeapSnapshot()) as ReadableStream<Uint8Array>;
    this.#isBusy = true;
    const free = () => void (this.#isBusy = false);
    const reader = snapshot.getReader();
    return new ReadableStream({
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          free();
          controller.close();
        } catch (error) {
          free();
          throw error;
        }
      },
      async cancel(reason) {
        free();
        await reader.cancel(reason);
      },
    });
  }
}
