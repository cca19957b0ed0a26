import { assert, assertEquals } from "@std/assert";
import { createEmbeddedBackend, type EmbeddedBackend } from "../../src/backends/embedded.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { toBytes } from "../../src/lib/pcm/bytes.ts";
import type { WordTiming } from "../../src/speech/backend.ts";
import type { CrowdHeard } from "./crowd.ts";
import type { Heard, HeardSentence } from "./listener.ts";
import { SPEED } from "./texts.ts";

/** A sentence as the engine speaks it undisturbed. */
interface Spoken {
  readonly bytes: Uint8Array;
  readonly words: readonly WordTiming[];
}

/** The same engine, embedded and left in peace: what was heard is held against it. */
export class Reference implements AsyncDisposable {
  readonly #backend: EmbeddedBackend;
  readonly #spoken = new Map<string, Promise<Spoken>>();

  private constructor(backend: EmbeddedBackend) {
    this.#backend = backend;
  }

  static async create(): Promise<Reference> {
    const options = { engine: "flite", threads: 1, spares: 0, clock: systemClock } as const;
    return new Reference(await createEmbeddedBackend(options));
  }

  /** Fails unless all was heard as {@linkcode assertHeard} wants it. */
  async assertAllHeard({ byListeners, byReaders }: CrowdHeard): Promise<void> {
    for (const heard of [...byListeners, ...byReaders]) await this.assertHeard(heard);
  }

  /** Fails unless every sentence came once, in order, whole, and sample for sample as it should. */
  async assertHeard({ text, sentences, outcome }: Heard): Promise<void> {
    assertEquals(outcome, "completed");
    assertEquals(sentences.map(({ index }) => index), [...sentences.keys()]);
    let reached = 0;
    for (const { from, to } of sentences) {
      assertEquals(text.slice(reached, from).trim(), "", "text was left out");
      reached = to;
    }
    assertEquals(text.slice(reached).trim(), "", "the end was left out");
    for (const sentence of sentences) await this.#assertSentence(sentence);
  }

  async #assertSentence(sentence: HeardSentence): Promise<void> {
    const { text, status, offsetMs } = sentence;
    assertEquals(status, "completed", text);
    const { bytes, words } = await this.#speak(text);
    const heard = new Uint8Array(await new Blob(sentence.pieces as BlobPart[]).arrayBuffer());
    assertEquals(heard.length, bytes.length, `length of "${text}"`);
    const different = heard.findIndex((byte, index) => byte !== bytes[index]);
    assertEquals(different, -1, `first byte that differs in "${text}"`);
    const told = sentence.words.map((word) => word.text);
    assertEquals(told, words.map(({ start, end }) => text.slice(start, end)));
    for (const [index, { startMs, endMs }] of words.entries()) {
      const { start_ms, end_ms } = sentence.words[index]!;
      const error = Math.max(
        Math.abs(start_ms - offsetMs - startMs),
        Math.abs(end_ms - offsetMs - endMs),
      );
      assert(error < 2, `word ${index} of "${text}" is ${error} ms away`);
    }
  }

  #speak(text: string): Promise<Spoken> {
    const spoken = this.#spoken.get(text) ?? this.#collect(text);
    this.#spoken.set(text, spoken);
    return spoken;
  }

  async #collect(text: string): Promise<Spoken> {
    const request = { text, voice: this.#backend.voices[0]!.id, speed: SPEED };
    const { signal } = new AbortController();
    const pieces: BlobPart[] = [];
    const words: WordTiming[] = [];
    for await (const chunk of this.#backend.synthesize(request, { signal })) {
      pieces.push(toBytes(chunk.pcm) as BlobPart);
      words.push(...chunk.words ?? []);
    }
    return { bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()), words };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend.close();
  }
}
