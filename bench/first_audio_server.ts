/**
 * A server whose engine only waits, in a process of its own: what it takes is the server's own. Any
 * input asks when the engine was called for each sentence of a probe, and ends it.
 *
 * @module
 */

import { ScriptedBackend, type ScriptedStep } from "../src/backends/scripted.ts";
import { defaultConfig } from "../src/config.ts";
import { systemClock } from "../src/lib/clock.ts";
import { startServer } from "../src/server.ts";
import type { AudioChunk, Backend, SynthesisRequest } from "../src/speech/backend.ts";
import { MS_PER_CHARACTER } from "../src/speech/sentence.ts";
import { type EngineTimes, FIRST_CHUNK_MS, now, PROBE } from "./first_audio_times.ts";

/** Audio of a chunk and the wait for the next, in ms: ten times as fast as it is heard. */
const CHUNK = { audioMs: 200, waitMs: 20 };

/** More than the look-ahead of a hundred sessions, four sentences each: nobody waits for one. */
const WORKERS = 512;

function* speak({ text }: SynthesisRequest): Iterable<ScriptedStep> {
  yield { waitMs: FIRST_CHUNK_MS };
  for (let leftMs = text.length * MS_PER_CHARACTER; leftMs > 0; leftMs -= CHUNK.audioMs) {
    yield { audioMs: Math.min(CHUNK.audioMs, leftMs) };
    yield { waitMs: CHUNK.waitMs };
  }
}

/** Notes when the engine was asked for a probe's sentence, and when it gave its first chunk. */
class NotingBackend implements Backend {
  readonly times: Record<string, EngineTimes> = {};
  readonly #engine = new ScriptedBackend({ clock: systemClock, script: speak });
  readonly voices = this.#engine.voices;

  async *synthesize(
    request: SynthesisRequest,
    options: { readonly signal: AbortSignal },
  ): AsyncGenerator<AudioChunk, void, void> {
    const calledAt = now();
    let isFirst = request.text.startsWith(PROBE);
    for await (const chunk of this.#engine.synthesize(request, options)) {
      if (isFirst) this.times[request.text] = { calledAt, firstChunkAt: now() };
      isFirst = false;
      yield chunk;
    }
  }
}

const backend = new NotingBackend();
const server = startServer({
  // The load is what was asked for, so nobody is turned away at the door.
  config: {
    ...defaultConfig(),
    port: 0,
    workers: WORKERS,
    maxLoadPercent: 10_000,
    maxLateMs: 60_000,
    maxLoopLagMs: 60_000,
  },
  backend,
});
console.log(`ws://127.0.0.1:${server.address.port}/v1/session`);
await Deno.stdin.read(new Uint8Array(1));
console.log(JSON.stringify(backend.times));
await server.stop(0);
// The runtime keeps the timers of the crowd's sockets for a while, see `main.ts`.
Deno.exit();
