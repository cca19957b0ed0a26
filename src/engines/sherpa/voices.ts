/**
 * The speakers of a model as voices.
 *
 * @module
 */

import type { Voice } from "../../speech/backend.ts";
import type { SherpaModel } from "./model_folder.ts";

/** A speaker. The voice's place in the list is the speaker's number. */
export interface SherpaVoice extends Voice {
  /** What eSpeak is to take a text for, where the speaker's name tells. */
  readonly espeakLanguage?: string;
}

/**
 * Kokoro's speakers have names like `af_bella`, whose first letter is the language: as a tag, and as
 * eSpeak calls it. Chinese is not eSpeak's: what is not Chinese in a Chinese text is English.
 */
const KOKORO_LANGUAGES: ReadonlyMap<string, readonly [tag: string, espeak?: string]> = new Map([
  ["a", ["en-US", "en-us"]],
  ["b", ["en-GB", "en"]],
  ["e", ["es", "es"]],
  ["f", ["fr", "fr"]],
  ["h", ["hi", "hi"]],
  ["i", ["it", "it"]],
  ["j", ["ja", "ja"]],
  ["p", ["pt-BR", "pt-br"]],
  ["z", ["zh"]],
]);

/** The voices, one for each speaker, in the model's order. */
export function voicesOf(model: SherpaModel): SherpaVoice[] {
  const { name, kind, speakers, sampleRate } = model;
  const language = tagOf(model.espeakLanguage);
  return Array.from({ length: speakers }, (_, index) => {
    const id = idOf(model, index);
    const description = id === name ? `${id}, ${kind}` : `${id} of ${name}, ${kind}`;
    const voice = { id, description, language, sampleRate };
    return kind === "Kokoro" ? { ...voice, ...kokoroLanguage(id) } : voice;
  });
}

/** A model's only voice has the model's name: a server may use several models through backends. */
function idOf({ name, speakers, speakerNames }: SherpaModel, index: number): string {
  return speakerNames?.[index] ?? (speakers === 1 ? name : `speaker-${index}`);
}

function kokoroLanguage(id: string): Partial<Pick<SherpaVoice, "language" | "espeakLanguage">> {
  const letter = /^([a-z])[fm](?:_|$)/.exec(id)?.[1] ?? "";
  const [language, espeakLanguage] = KOKORO_LANGUAGES.get(letter) ?? [];
  return {
    ...(language === undefined ? {} : { language }),
    ...(espeakLanguage === undefined ? {} : { espeakLanguage }),
  };
}

/** A language tag from eSpeak's name of the language; `und` for what is none. */
function tagOf(espeakLanguage: string | undefined): string {
  try {
    return Intl.getCanonicalLocales(espeakLanguage)[0] ?? "und";
  } catch {
    return "und";
  }
}
