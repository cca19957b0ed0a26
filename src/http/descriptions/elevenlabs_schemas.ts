/**
 * What ElevenLabs' clients are told.
 *
 * @module
 */

import {
  array,
  boolean,
  described,
  type Fields,
  integer,
  map,
  number,
  object,
  ref,
  string,
} from "./schema.ts";

const nothing = (description: string) => ({ description, type: "null" });
const strings = (description: string) => array(description, { type: "string" });

/** A voice. */
export const elevenLabsVoiceFields: Fields = {
  voice_id: string("A name of the voice."),
  name: string("The same."),
  category: string("`premade`."),
  description: string("One line for people."),
  labels: map("`language` and `locale`.", { type: "string" }),
  verified_languages: array(
    "What it speaks.",
    object({
      language: string("Without a region."),
      model_id: string("The one model."),
      locale: string("BCP 47 tag."),
    }),
  ),
  preview_url: nothing("There is none."),
  settings: nothing("There are none."),
  available_for_tiers: strings("Empty."),
  high_quality_base_model_ids: strings("Empty."),
};

const times = {
  description: "When each character is heard, in s from the start of the audio; null if none.",
  anyOf: [
    object({
      characters: strings("The characters."),
      character_start_times_seconds: array("Start of each.", { type: "number" }),
      character_end_times_seconds: array("End of each.", { type: "number" }),
    }),
    { type: "null" },
  ],
};

const no = (what: string) => boolean(`Whether ${what}: no.`);

/** By the names that the operations call them. */
export const elevenLabsSchemas = {
  ElevenLabsVoice: described("A voice.", object(elevenLabsVoiceFields)),
  ElevenLabsModel: described(
    "The one model.",
    object({
      model_id: string("Its name. Speech takes any name."),
      name: string("For people."),
      description: string("For people."),
      can_do_text_to_speech: boolean("Yes."),
      can_do_voice_conversion: no("it converts voices"),
      can_be_finetuned: no("it can be trained"),
      can_use_style: no("it has styles"),
      can_use_speaker_boost: no("it boosts speakers"),
      serves_pro_voices: no("it has such voices"),
      requires_alpha_access: no("it is secret"),
      token_cost_factor: number("1."),
      maximum_text_length_per_request: integer("Characters of one request."),
      languages: array(
        "What the voices speak.",
        object({ language_id: string("Without a region."), name: string("For people.") }),
      ),
    }),
  ),
  ElevenLabsDetail: described(
    "What is wrong.",
    object({
      type: string("Kind of error."),
      code: string("ElevenLabs' name, or ours where it has none."),
      status: string("The same."),
      message: string("For people."),
      request_id: string("What the log knows the request by."),
    }, { param: string("The field at fault.") }),
  ),
  ElevenLabsError: described(
    "A request that is not served.",
    object({ detail: ref("ElevenLabsDetail") }),
  ),
  ElevenLabsInvalid: described(
    "A request that makes no sense.",
    object({
      detail: array(
        "What is wrong.",
        object({
          type: string("`value_error`."),
          loc: strings("Where: `body` or `query`, and the way to the field."),
          msg: string("For people."),
        }),
      ),
    }),
  ),
  ElevenLabsTimestamps: described(
    "Audio, and when its characters are heard.",
    object({
      audio_base64: string("The audio, or the next piece of it."),
      alignment: times,
      normalized_alignment: times,
    }),
  ),
};
