/**
 * Which of our voices speaks for a name that a client gives.
 *
 * @module
 */

/** Options of {@linkcode VoiceNames}. */
export interface VoiceNamesOptions {
  /** Ids of our voices and their native sample rates, in Hz. */
  readonly voices: ReadonlyMap<string, number>;
  readonly defaultVoice: string;
  /** Names, and the ids of the voices that speak for them; they go before our own. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Whether the default voice speaks for names that nobody knows. */
  readonly fallsBack: boolean;
}

/** Our voices by all their names. */
export class VoiceNames {
  readonly #options: VoiceNamesOptions;

  constructor(options: VoiceNamesOptions) {
    this.#options = options;
  }

  /** The voice where none is named. */
  get defaultVoice(): string {
    return this.#options.defaultVoice;
  }

  /** Our voices' ids, and the other names. */
  get names(): readonly string[] {
    const { voices, aliases } = this.#options;
    return [...new Set([...voices.keys(), ...aliases.keys()])];
  }

  /** The id of the voice that speaks for a name; undefined where none does. */
  find(name: string): string | undefined {
    const { voices, defaultVoice, aliases, fallsBack } = this.#options;
    const alias = aliases.get(name);
    if (alias !== undefined || voices.has(name)) return alias ?? name;
    return fallsBack ? defaultVoice : undefined;
  }

  /** The native sample rate of a voice, in Hz. */
  sampleRateOf(id: string): number {
    return this.#options.voices.get(id)!;
  }
}
