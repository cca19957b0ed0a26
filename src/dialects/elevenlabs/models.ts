/**
 * `GET /v1/models`: here voices make the difference, and any model's name is taken for the one.
 *
 * Source: `Model` of @elevenlabs/elevenlabs-js 2.73.0.
 *
 * @module
 */

/** The one model's id. */
export const MODEL_ID = "syrinx";

/** What there is to know about it. */
export interface ModelFacts {
  /** BCP 47 tags of the languages that the voices speak. */
  readonly languages: readonly string[];
  /** Characters of one request. */
  readonly maxCharacters: number;
}

/** The list of models. */
export function models({ languages, maxCharacters }: ModelFacts): readonly object[] {
  const names = new Intl.DisplayNames(["en"], { type: "language" });
  const ids = [...new Set(languages.map(languageOf))];
  return [{
    model_id: MODEL_ID,
    name: "Syrinx",
    description: "Speaks with the voices of this server, whichever model a request names.",
    can_do_text_to_speech: true,
    can_do_voice_conversion: false,
    can_be_finetuned: false,
    can_use_style: false,
    can_use_speaker_boost: false,
    serves_pro_voices: false,
    requires_alpha_access: false,
    token_cost_factor: 1,
    maximum_text_length_per_request: maxCharacters,
    languages: ids.map((id) => ({ language_id: id, name: names.of(id) ?? id })),
  }];
}

/** ElevenLabs' names of languages have no region: `en` of `en-US`. */
export function languageOf(tag: string): string {
  return tag.split("-")[0]!;
}
