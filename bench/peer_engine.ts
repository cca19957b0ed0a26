/**
 * The scripted engine of `bench/peer_script.mjs` as a backend of Syrinx.
 *
 * @module
 */

import type { AudioChunk, Backend } from "../src/speech/backend.ts";
import { chunksOf, pause, SAMPLE_RATE, type Times } from "./peer_script.mjs";

/** An engine that takes these times, for as many sentences at once as are asked for. */
export function scriptedEngine({ firstMs, chunkMs }: Times): Backend {
  return {
    voices: [{
      id: "one",
      description: "scripted",
      language: "en-US",
      sampleRate: SAMPLE_RATE,
    }],
    // As many as a pool may have: LiveKit has no limit.
    capacity: 256,
    async *synthesize({ text }, { signal }): AsyncGenerator<AudioChunk, void, void> {
      for (const [index, pcm] of chunksOf(text).entries()) {
        const waitMs = index === 0 ? firstMs : chunkMs;
        if (waitMs > 0) await pause(waitMs, signal);
        signal.throwIfAborted();
        yield { pcm };
      }
    },
  };
}
