/**
 * The thread's side: an engine that does what messages say.
 *
 * @module
 */

import type { Engine, EngineModule } from "../../engines/engine.ts";
import type { EngineName } from "../../engines/registry.ts";
import type { AudioChunk } from "../../speech/backend.ts";
import type { FromThread, SpeakMessage, StartMessage, ToThread } from "./messages.ts";
import type { RunSection } from "./thread_profiler.ts";

/** The end of a message channel that a Web Worker finds as its global scope. */
export interface ThreadPort {
  onmessage: ((event: MessageEvent) => void) | null;
  postMessage(message: FromThread, transfer: Transferable[]): void;
}

/**
 * Spoken before a thread counts as ready: with it the engine's code is compiled and its data in
 * memory. A first sentence takes twice as long.
 */
const WARM_UP_TEXT = "Ready when you are.";

/**
 * Serves an engine for as long as the thread lives.
 *
 * @param port the thread's global scope.
 * @param load gives the engine of that name.
 */
export function serveEngine(
  port: ThreadPort,
  load: (name: EngineName) => Promise<EngineModule>,
): void {
  let engine: Engine;
  let cancelledUpTo: Int32Array;
  let profiled: RunSection = (fn) => fn();
  const post = (message: FromThread, transfer: Transferable[] = []) =>
    port.postMessage(message, transfer);

  const start = async (message: StartMessage): Promise<void> => {
    cancelledUpTo = new Int32Array(message.cancelledUpTo);
    try {
      engine = await (await load(message.engine)).start(message.prepared);
      const [voice] = engine.voices;
      if (voice === undefined) throw new Error(`the engine ${message.engine} has no voices`);
      const request = { text: WARM_UP_TEXT, voice: voice.id, speed: 1 };
      await engine.synthesize(request, () => {}, () => false);
      if (message.profiling !== undefined) {
        const { createThreadProfiler } = await import("./thread_profiler.ts");
        profiled = createThreadProfiler(message.profiling, post);
      }
      post({ type: "ready", voices: engine.voices });
    } catch (error) {
      post({ type: "start_failed", message: messageOf(error) });
    }
  };

  const speak = async ({ id, request }: SpeakMessage): Promise<void> => {
    const isCancelled = () => Atomics.load(cancelledUpTo, 0) >= id;
    try {
      const emit = (chunk: AudioChunk) => {
        // Nobody reads it: it need not be carried over either.
        if (isCancelled()) return;
        post({ type: "chunk", id, chunk }, chunk.pcm.length > 0 ? [chunk.pcm.buffer] : []);
      };
      if (!isCancelled()) await profiled(() => engine.synthesize(request, emit, isCancelled));
      post({ type: "done", id, memoryBytes: memoryBytes() });
    } catch (error) {
      const trapped = error instanceof WebAssembly.RuntimeError;
      const message = messageOf(error);
      post({ type: "failed", id, message, trapped, memoryBytes: memoryBytes() });
    }
  };

  let work = Promise.resolve();
  port.onmessage = (event) => {
    const message = event.data as ToThread;
    if (message.type === "end") work.then(() => post({ type: "ended" }));
    else work = message.type === "start" ? start(message) : speak(message);
  };
}

/** Memory of the thread, JavaScript's and WebAssembly's. */
function memoryBytes(): number {
  const { heapTotal, external } = Deno.memoryUsage();
  return heapTotal + external;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
