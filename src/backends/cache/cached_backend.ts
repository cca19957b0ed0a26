/**
 * A backend that remembers: sentences that were said before are said again without being synthesised.
 *
 * A sentence is looked for in memory, among those that are being synthesised for somebody else, in the
 * store that servers share, and at last given to the backend. Only what the backend spoke to its end
 * is kept.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";
import type { AudioChunk, Backend, SynthesisRequest, Voice } from "../../speech/backend.ts";
import { MemoryLevel } from "./memory_level.ts";
import { SecondLevel, type StoreEvent, type StoreFigures } from "./second_level.ts";
import { joinChunks, type KeptSentence, replay } from "./sentence.ts";
import { SharedStream } from "./shared_stream.ts";
import type { Store } from "./store.ts";

export type { StoreError, StoreEvent, StoreFigures } from "./second_level.ts";
export type { Store } from "./store.ts";

/** Options of {@linkcode createCachedBackend}. */
export interface CachedBackendOptions {
  /** What speaks; closed by whoever opened it. */
  readonly backend: Backend;
  readonly clock: Clock;
  /** Bytes that sentences may take in memory; at least 1. */
  readonly maxBytes: number;
  /**
   * Names all that the sound depends on beside voice, speed and text: engine, model, versions. Asked
   * for each sentence; while it answers something else, other sentences are found.
   */
  readonly identity: () => string;
  /**
   * What servers share.
   * @default {none}
   */
  readonly store?: {
    readonly store: Store;
    /** How long it keeps a sentence, in s. */
    readonly ttlS: number;
    /**
     * Longest wait for a sentence, in ms.
     * @default {20}
     */
    readonly timeoutMs?: number;
    /** Told when it comes and goes; must be quick and must not throw. */
    readonly onEvent?: (event: StoreEvent) => void;
  };
}

/** The cache's numbers now; counts are since the start. Each sentence counts as one of the first four. */
export interface CacheFigures {
  /** Found in memory. */
  readonly memoryHits: number;
  /** Found in the store. */
  readonly storeHits: number;
  /** Heard along with somebody else who wanted the same. */
  readonly joins: number;
  /** Given to the backend. */
  readonly misses: number;
  /** Sentences that went to make room for others. */
  readonly evictions: number;
  /** Memory of the sentences inside. */
  readonly bytes: number;
  /** Sentences inside. */
  readonly sentences: number;
  readonly store?: StoreFigures;
}

/**
 * A synthesis that has been silent for so long, in ms, may be stuck: who comes now is given one of
 * their own, or a sentence that everybody says could stay stuck for ever.
 */
const STUCK_MS = 5_000;

/** A synthesis that may be joined. */
interface Flight {
  readonly stream: SharedStream;
  /** Clock time of its last sign of life, ms. */
  heardAt: number;
}

/** See the module. */
export class CachedBackend implements Backend {
  readonly #options: CachedBackendOptions;
  readonly #memory: MemoryLevel;
  readonly #secondLevel: SecondLevel | undefined;
  readonly #flights = new Map<string, Flight>();
  readonly #counts = { memoryHits: 0, storeHits: 0, joins: 0, misses: 0 };
  /** Grows when what is being synthesised must not be kept. */
  #era = 0;

  /** Use {@linkcode createCachedBackend}. */
  constructor(options: CachedBackendOptions) {
    const { clock, store } = options;
    this.#options = options;
    this.#memory = new MemoryLevel(options.maxBytes);
    this.#secondLevel = store &&
      new SecondLevel({ ...store, clock, maxValueBytes: this.#memory.maxSentenceBytes });
  }

  get voices(): readonly Voice[] {
    return this.#options.backend.voices;
  }

  /** 0 where the backend does not say. */
  get capacity(): number {
    return this.#options.backend.capacity ?? 0;
  }

  onCapacity(callback: (capacity: number) => void): () => void {
    return this.#options.backend.onCapacity?.(callback) ?? (() => {});
  }

  /** Its numbers now. */
  get figures(): CacheFigures {
    const { bytes, count, evictions } = this.#memory;
    const store = this.#secondLevel?.figures;
    return { ...this.#counts, evictions, bytes, sentences: count, ...(store && { store }) };
  }

  recall(request: SynthesisRequest): AudioChunk | undefined {
    const voice = this.#voiceOf(request);
    return voice && this.#recall(this.#keyOf(request, voice.sampleRate));
  }

  /** What is being synthesised now is not what it would be another time: it is not kept. */
  distrust(): void {
    this.#era++;
  }

  /**
   * Speaks one sentence. Its chunks are shared with others: nobody may write to them.
   *
   * @throws what the backend throws, or the signal's reason when it aborts.
   */
  async *synthesize(
    request: SynthesisRequest,
    { signal }: { readonly signal: AbortSignal },
  ): AsyncGenerator<AudioChunk, void, void> {
    signal.throwIfAborted();
    const { backend, clock } = this.#options;
    const voice = this.#voiceOf(request);
    // Says by itself what is wrong.
    if (voice === undefined) return yield* backend.synthesize(request, { signal });
    const { sampleRate } = voice;
    const key = this.#keyOf(request, sampleRate);
    const kept = this.#recall(key);
    if (kept !== undefined) return yield* replay(kept, { clock, sampleRate, signal });
    yield* this.#board(key, request, sampleRate).read(signal);
  }

  /** Ends the connection to the store. */
  close(): void {
    this.#secondLevel?.close();
  }

  #recall(key: string): KeptSentence | undefined {
    const kept = this.#memory.get(key);
    if (kept !== undefined) this.#counts.memoryHits++;
    return kept;
  }

  #voiceOf({ voice }: SynthesisRequest): Voice | undefined {
    return this.#options.backend.voices.find(({ id }) => id === voice);
  }

  #keyOf({ voice, speed, text }: SynthesisRequest, sampleRate: number): string {
    return JSON.stringify([this.#options.identity(), voice, sampleRate, speed, text]);
  }

  /** The synthesis of that sentence: the one that is on, or a new one. */
  #board(key: string, request: SynthesisRequest, sampleRate: number): SharedStream {
    const { clock } = this.#options;
    const now = clock.now();
    const current = this.#flights.get(key);
    if (current !== undefined && now - current.heardAt < STUCK_MS) {
      this.#counts.joins++;
      return current.stream;
    }
    const flight: Flight = {
      heardAt: now,
      stream: new SharedStream({
        open: (signal) => this.#speak({ key, request, sampleRate, signal, flight }),
        onEnd: () => {
          if (this.#flights.get(key) === flight) this.#flights.delete(key);
        },
      }),
    };
    this.#flights.set(key, flight);
    flight.stream.start();
    return flight.stream;
  }

  async *#speak(
    { key, request, sampleRate, signal, flight }: {
      readonly key: string;
      readonly request: SynthesisRequest;
      readonly sampleRate: number;
      readonly signal: AbortSignal;
      readonly flight: Flight;
    },
  ): AsyncGenerator<AudioChunk, void, void> {
    const { backend, clock } = this.#options;
    if (this.#secondLevel !== undefined) {
      const stored = await this.#secondLevel.get(key, signal);
      signal.throwIfAborted();
      if (stored !== undefined) {
        this.#counts.storeHits++;
        this.#memory.put(key, stored);
        return yield* replay(stored, { clock, sampleRate, signal });
      }
    }
    this.#counts.misses++;
    const era = this.#era;
    const chunks: AudioChunk[] = [];
    for await (const chunk of backend.synthesize(request, { signal })) {
      flight.heardAt = clock.now();
      chunks.push(chunk);
      yield chunk;
    }
    if (era === this.#era) this.#keep(key, chunks);
  }

  #keep(key: string, chunks: readonly AudioChunk[]): void {
    const sentence = joinChunks(chunks);
    // Nothing is saved by keeping silence, and an engine's lapse would stay.
    if (sentence.pcm.length === 0) return;
    this.#memory.put(key, sentence);
    this.#secondLevel?.put(key, sentence);
  }
}

/** Puts a cache before a backend; `close` has to be called where there is a store. */
export function createCachedBackend(options: CachedBackendOptions): CachedBackend {
  return new CachedBackend(options);
}
