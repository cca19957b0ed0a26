/**
 * What is used of `@echogarden/espeak-ng-emscripten` 0.3.5, which has no types of its own.
 *
 * @module
 */

/** The package: its default export starts an instance of the library. */
export interface EspeakPackage {
  readonly default: () => Promise<EspeakLibrary>;
}

/** An instance of the library. */
export interface EspeakLibrary {
  /** Constructs a synthesizer; it is ready when the promise, which it also is, resolves. */
  readonly eSpeakNGWorker: new () => EspeakSynthesizer | PromiseLike<EspeakSynthesizer>;
}

/** A voice as the library lists it. */
export interface EspeakVoice {
  /** For people, e.g. `English (America)`. */
  readonly name: string;
  /** Its file, e.g. `gmw/en-US`. */
  readonly identifier: string;
  readonly languages: readonly { readonly priority: number; readonly name: string }[];
}

/** Something that happens at a moment of the audio. */
export interface EspeakEvent {
  readonly type: "sentence" | "word" | "phoneme" | "end" | "samplerate" | "mark" | "play";
  /** Where in the text, in characters (not UTF-16 units), from 1. */
  readonly text_position: number;
  /** In ms from the start of the audio. */
  readonly audio_position: number;
}

/** Speaks, blocking its thread. */
export interface EspeakSynthesizer {
  list_voices(): EspeakVoice[];
  get_samplerate(): number;
  /** @param name a file's name without its folder, or a language. */
  set_voice(name: string, language: string, gender: number, age: number, variant: number): void;
  /** @param wordsPerMinute an integer, 80 to 450. */
  set_rate(wordsPerMinute: number): void;
  /**
   * Speaks SSML.
   *
   * @param onAudio takes about 100 ms of audio, an array of its own, and what happens in them; it
   * returns true to stop.
   */
  synthesize(
    ssml: string,
    onAudio: (pcm: Int16Array<ArrayBuffer>, events: readonly EspeakEvent[]) => boolean,
  ): void;
}
