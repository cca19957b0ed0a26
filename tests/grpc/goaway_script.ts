/**
 * Lets many connections be closed in peace by both sides; a process that is not repaired crashes.
 *
 * @module
 */

import { startTestWorker } from "../tts_worker/worker_helpers.ts";
import { speak } from "../tts_worker/worker_helpers.ts";

for (let round = 0; round < 120; round++) {
  const test = await startTestWorker();
  await speak(test.client);
  if (round % 2 === 0) await test.worker.stop(5);
  else test.client.close();
  await test[Symbol.asyncDispose]();
}
console.log("alive");
