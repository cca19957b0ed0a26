import {
  createEmbeddedBackend,
  type EmbeddedBackend,
  type EmbeddedBackendOptions,
  type ThreadEvent,
} from "../../src/backends/embedded.ts";
import { systemClock } from "../../src/lib/clock.ts";
import type { AudioChunk } from "../../src/speech/backend.ts";

/** A backend whose threads do tricks, see `trick_thread.ts`; closed at the end of the block. */
export async function createTrickBackend(
  options: Partial<EmbeddedBackendOptions> = {},
): Promise<{ backend: EmbeddedBackend; events: ThreadEvent[] } & AsyncDisposable> {
  const events: ThreadEvent[] = [];
  const backend = await createEmbeddedBackend({
    engine: "flite",
    threads: 1,
    clock: systemClock,
    onEvent: (event) => events.push(event),
    threadModule: new URL("./trick_thread.ts", import.meta.url),
    ...options,
  });
  return { backend, events, [Symbol.asyncDispose]: () => backend.close() };
}

/** Speaks a text with the first voice. */
export function speak(
  backend: EmbeddedBackend,
  text: string,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<AudioChunk, void, void> {
  return backend.synthesize({ text, voice: backend.voices[0]!.id, speed: 1 }, { signal });
}

/** All samples of a stream. */
export async function samplesOf(stream: AsyncIterable<AudioChunk>): Promise<number[]> {
  const samples: number[] = [];
  for await (const { pcm } of stream) for (const sample of pcm) samples.push(sample);
  return samples;
}

/** Waits until something holds; fails after 20 s. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < 10_000; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`it did not come to this: ${what}`);
}
