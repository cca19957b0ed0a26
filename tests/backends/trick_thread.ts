// A thread for tests: the real loop around an engine that does what the text says. With
// `?starts=N` in its address, threads with a number above N do not start.
import type { EngineModule } from "../../src/engines/engine.ts";
import { serveEngine, type ThreadPort } from "../../src/backends/embedded/serve_engine.ts";

const scope = globalThis as unknown as ThreadPort & { readonly name: string; close(): void };
const starts = Number(new URL(import.meta.url).searchParams.get("starts") ?? "Infinity");

const leaked: Uint8Array[] = [];

// Longer than any test. An endless loop is no better a hang, and Deno does not end a thread that is in
// one (https://github.com/denoland/deno/pull/35657): all tests after it would have a core less.
const HANG_MS = 60_000;

/** Blocks this thread, which does no work meanwhile. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Runs a program of one instruction, `unreachable`. */
async function trap(): Promise<void> {
  const code = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0];
  const body = [10, 5, 1, 3, 0, 0, 11];
  const { instance } = await WebAssembly.instantiate(Uint8Array.from([...code, ...body]));
  (instance.exports.f as () => void)();
}

const engine: EngineModule = {
  prepare: () => Promise.reject(new Error("not in a thread")),
  start() {
    // The thread's name is "ENGINE NUMBER".
    if (Number(scope.name.split(" ")[1]) > starts) throw new Error("no more threads for you");
    return Promise.resolve({
      voices: [{ id: "trick", description: "tricks", language: "en", sampleRate: 1_000 }],
      async synthesize({ text }, emit, isCancelled) {
        const [what, argument] = text.split(" ");
        emit({ pcm: Int16Array.of(1, 2, 3) });
        if (what === "fail") throw new Error("as you wish");
        if (what === "trap") await trap();
        if (what === "leak") leaked.push(new Uint8Array(Number(argument)));
        if (what === "hang") block(HANG_MS);
        // Like an engine that cannot break off: it blocks its thread for so many ms.
        if (what === "stubborn") block(Number(argument));
        if (what === "exit") scope.close();
        if (what === "crash") {
          setTimeout(() => {
            throw new Error("crashed as you wish");
          });
        }
        if (what === "crash" || what === "exit") await new Promise(() => {});
        if (what === "patient") {
          while (!isCancelled()) await new Promise((resolve) => setTimeout(resolve, 1));
          emit({ pcm: Int16Array.of(9) });
        }
        if (what === "count") {
          for (let i = 0; i < Number(argument); i++) emit({ pcm: Int16Array.of(i) });
        }
      },
    });
  },
};

serveEngine(scope, () => Promise.resolve(engine));
