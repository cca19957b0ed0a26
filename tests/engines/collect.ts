import { assert } from "@std/assert";
import type { Engine } from "../../src/engines/engine.ts";
import { samplesToMs } from "../../src/lib/pcm/duration.ts";
import type { SynthesisRequest, WordTiming } from "../../src/speech/backend.ts";

/** Everything that an engine has given for one sentence. */
export interface Spoken {
  readonly pcm: Int16Array<ArrayBuffer>;
  readonly words: readonly WordTiming[];
  readonly durationMs: number;
  /** Number of chunks with audio. */
  readonly chunks: number;
}

/** Has an engine speak a sentence to its end. */
export async function collect(
  engine: Engine,
  request: Partial<SynthesisRequest> & { readonly text: string },
): Promise<Spoken> {
  const full = { voice: engine.voices[0]!.id, speed: 1, ...request };
  const samples: number[] = [];
  const words: WordTiming[] = [];
  let chunks = 0;
  await engine.synthesize(full, (chunk) => {
    for (const sample of chunk.pcm) samples.push(sample);
    words.push(...chunk.words ?? []);
    if (chunk.pcm.length > 0) chunks++;
  }, () => false);
  const { sampleRate } = engine.voices.find((voice) => voice.id === full.voice)!;
  return {
    pcm: Int16Array.from(samples),
    words,
    durationMs: samplesToMs(samples.length, sampleRate),
    chunks,
  };
}

/** Every word of the text once, in order, at times that never go back and lie in the audio. */
export function assertWordsFit(text: string, { words, durationMs }: Spoken): void {
  const expected = [...text.matchAll(/\S+/g)].map((match) => match[0]).join("|");
  const found = words.map((word) => text.slice(word.start, word.end)).join("|");
  assert(found === expected, `the words are ${found}, not ${expected}`);
  let reachedMs = 0;
  for (const { startMs, endMs } of words) {
    assert(startMs >= reachedMs, `a word begins at ${startMs} ms, the last ended at ${reachedMs}`);
    assert(endMs >= startMs, `a word begins at ${startMs} ms and ends at ${endMs}`);
    reachedMs = endMs;
  }
  assert(reachedMs <= durationMs, `the last word ends at ${reachedMs} of ${durationMs} ms`);
}
