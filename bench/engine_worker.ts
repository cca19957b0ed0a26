/**
 * The engine called bare in a loop, in a thread of its own: what there is to be had.
 *
 * @module
 */

import type { Engine } from "../src/engines/engine.ts";
import { loadEngine } from "../src/engines/registry.ts";
import type { SynthesisRequest } from "../src/speech/backend.ts";

/** The first message: what the engine's `prepare` gave. Answered with `ready`. */
export interface StartBare {
  readonly prepared: unknown;
}

/** To be spoken, one after the other. Answered with the samples of each. */
export interface SpeakBare {
  readonly requests: readonly SynthesisRequest[];
}

interface Port {
  onmessage: ((event: MessageEvent<StartBare | SpeakBare>) => void) | null;
  postMessage(message: "ready" | number[]): void;
}

const port = globalThis as unknown as Port;
let engine: Engine;

async function samplesOf(request: SynthesisRequest): Promise<number> {
  let samples = 0;
  await engine.synthesize(request, ({ pcm }) => void (samples += pcm.length), () => false);
  return samples;
}

port.onmessage = async ({ data }) => {
  if ("prepared" in data) {
    engine = await (await loadEngine("flite")).start(data.prepared);
    return port.postMessage("ready");
  }
  const samples: number[] = [];
  for (const request of data.requests) samples.push(await samplesOf(request));
  port.postMessage(samples);
};
