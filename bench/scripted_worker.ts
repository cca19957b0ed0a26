/**
 * A TTS worker whose engine costs nothing, as a process: what is left is the way of the audio.
 *
 * @module
 */

import { ScriptedBackend, steadyScript } from "../src/backends/scripted.ts";
import { systemClock } from "../src/lib/clock.ts";
import { startTtsWorker } from "../src/tts_worker/worker.ts";

/** Of one sentence: 10 s in chunks of 100 ms. */
const SCRIPT = steadyScript({ chunks: 100, audioMs: 100 });

const worker = await startTtsWorker({
  backend: new ScriptedBackend({ clock: systemClock, script: SCRIPT }),
  traits: { engine: "scripted", streaming: true, wordTimings: false, deterministic: true },
  maxConcurrentSyntheses: 64,
});
console.log(`listens on ${worker.address},`);
