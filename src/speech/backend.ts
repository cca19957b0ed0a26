/**
 * The port to whatever speaks: an embedded engine, a gRPC address, a scripted stand-in.
 *
 * @module
 */

/** A voice a backend can speak with. */
export interface Voice {
  /** The name clients use, e.g. `slt`. */
  readonly id: string;
  /** One line for people: who or what is heard. */
  readonly description: string;
  /** BCP 47 tag of the language spoken, e.g. `en-US`. */
  readonly language: string;
  /** Native sample rate of the voice's audio, in Hz. */
  readonly sampleRate: number;
}

/** One sentence to be spoken. */
export interface SynthesisRequest {
  /** The text, cleaned and ready to be read; never empty. */
  readonly text: string;
  /** A {@linkcode Voice} id of the backend. */
  readonly voice: string;
  /** Speaking rate; 1 is the voice's own, 2 is twice as fast. */
  readonly speed: number;
}

/** When one word of the request's text is heard. */
export interface WordTiming {
  /** First character of the word in {@linkcode SynthesisRequest.text} (UTF-16 index). */
  readonly start: number;
  /** The character after the word's last one; punctuation that clings to the word belongs to it. */
  readonly end: number;
  /** Start of the word, in milliseconds of audio from the start of the sentence. */
  readonly startMs: number;
  /** End of the word, in milliseconds of audio from the start of the sentence. */
  readonly endMs: number;
}

/** A piece of a sentence's audio, as the backend gives it. */
export interface AudioChunk {
  /** PCM, signed 16 bit, mono, at the voice's {@linkcode Voice.sampleRate}. May be empty. */
  readonly pcm: Int16Array<ArrayBuffer>;
  /** Words whose timing became known with this chunk, in order; each word once per sentence. */
  readonly words?: readonly WordTiming[];
}

/** What a backend must do. */
export interface Backend {
  /** The voices on offer; the first one is the default. */
  readonly voices: readonly Voice[];
  /** Sentences that it can speak at the same time, where it knows. */
  readonly capacity?: number;
  /** Calls back whenever `capacity` is another one; returns what ends that. */
  onCapacity?(callback: (capacity: number) => void): () => void;
  /**
   * A whole sentence that is at hand and needs no synthesis: it waits for no worker. Asked again and
   * again for a sentence that waits, so it must be quick. Nobody may write to the chunk.
   */
  recall?(request: SynthesisRequest): AudioChunk | undefined;
  /**
   * Speaks one sentence, chunk by chunk. The stream's end is the sentence's end; a failure throws.
   * When the signal aborts, the stream stops at once (by throwing the signal's reason).
   */
  synthesize(
    request: SynthesisRequest,
    options: { readonly signal: AbortSignal },
  ): AsyncIterable<AudioChunk>;
}
