import type { AudioChunk, Backend, SynthesisRequest, Voice } from "../../../src/speech/backend.ts";

/** How long every word is spoken, in ms. */
export const WORD_MS = 200;

/** Rate of the tone's voice, in Hz. */
const RATE = 16_000;

/** The tone's frequency, in Hz. */
const TONE = 440;

/** Speaks every word as {@linkcode WORD_MS} of a steady tone, and tells when each is. */
export class ToneBackend implements Backend {
  readonly voices: readonly Voice[] = [
    { id: "tone", description: "a tone", language: "en-US", sampleRate: RATE },
  ];

  async *synthesize({ text }: SynthesisRequest): AsyncGenerator<AudioChunk, void, void> {
    const words = [...text.matchAll(/\S+/g)].map((match, index) => ({
      start: match.index,
      end: match.index + match[0].length,
      startMs: index * WORD_MS,
      endMs: (index + 1) * WORD_MS,
    }));
    yield { pcm: new Int16Array(0), words };
    const samples = words.length * WORD_MS * RATE / 1_000;
    yield { pcm: Int16Array.from({ length: samples }, (_, i) => toneAt(i)) };
    await Promise.resolve();
  }
}

function toneAt(sample: number): number {
  return Math.round(0x2000 * Math.sin(2 * Math.PI * TONE * sample / RATE));
}
