/**
 * What is used of `sherpa-onnx-node` 1.13.8, whose own types are comments.
 *
 * @module
 */

/** The package, a CommonJS module. */
export interface SherpaPackage {
  readonly default: { readonly OfflineTts: SherpaSynthesizerFactory };
}

/** Loads models. */
export interface SherpaSynthesizerFactory {
  /**
   * Loads a model in a thread of the runtime's.
   *
   * A model that the library does not like ends the **process**, not the promise, unless its file
   * cannot be parsed at all: what is in the folder has to be looked at before.
   *
   * @throws {Error} if the model's file cannot be parsed.
   */
  createAsync(config: SherpaConfig): Promise<SherpaSynthesizer>;
}

/** Files of a model of the VITS kind: Piper, Coqui, MMS, MeloTTS. */
export interface VitsFiles {
  readonly model: string;
  readonly tokens: string;
  readonly dataDir?: string;
  readonly lexicon?: string;
}

/** Files of a Kokoro or Kitten model; only Kokoro's newer ones have lexicons, joined by commas. */
export interface StyleFiles {
  readonly model: string;
  readonly voices: string;
  readonly tokens: string;
  readonly dataDir: string;
  readonly lexicon?: string;
}

/** What is loaded, and how. */
export interface SherpaConfig {
  readonly model:
    & { readonly numThreads: number; readonly provider: "cpu"; readonly debug: false }
    & ({ readonly vits: VitsFiles } | { readonly kokoro: StyleFiles } | {
      readonly kitten: StyleFiles;
    });
  /** Sentences synthesised at once. */
  readonly maxNumSentences: number;
}

/** How a text is spoken. */
export interface GenerationConfig {
  /** The speaker's index. */
  readonly sid: number;
  readonly speed: number;
  /** Factor for pauses within the audio; 1 leaves them as they are. */
  readonly silenceScale: number;
  /** `lang`: eSpeak's name of the language, for Kokoro. */
  readonly extra?: { readonly lang: string };
}

/** A loaded model. */
export interface SherpaSynthesizer {
  readonly numSpeakers: number;
  readonly sampleRate: number;
  /**
   * Speaks in a thread of the runtime's.
   *
   * @returns when the library is done with the text, with all of the audio.
   * @throws {Error} if there was nothing that the model can say. When the model's computation fails
   * the promise **never settles**.
   */
  generateAsync(request: {
    readonly text: string;
    /** False: audio is copied into memory of the runtime. */
    readonly enableExternalBuffer: boolean;
    readonly generationConfig: GenerationConfig;
    /**
     * Takes each sentence's audio, -1 to 1, while the next one is being computed.
     *
     * @returns false to stop before the next sentence that has not been begun.
     */
    readonly onProgress: (info: { readonly samples: Float32Array }) => boolean;
  }): Promise<unknown>;
}
