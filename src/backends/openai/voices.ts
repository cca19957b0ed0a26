/**
 * The voices of a server with OpenAI's speech API, in the many forms that such servers tell them.
 *
 * @module
 */

import { isSampleRate } from "../../lib/pcm/sample_rates.ts";
import type { Voice } from "../../speech/backend.ts";

/** The voices of every model of OpenAI's. Servers that cannot list their voices mostly know them. */
export const standardVoices: readonly string[] = Object.freeze([
  "alloy",
  "ash",
  "coral",
  "echo",
  "fable",
  "nova",
  "onyx",
  "sage",
  "shimmer",
]);

/** What a server says of one voice. */
export interface FoundVoice {
  readonly id: string;
  readonly name?: string;
  /** BCP 47 tag. */
  readonly language?: string;
}

/** What a server says of a model. */
export interface FoundModel {
  readonly voices: readonly FoundVoice[];
  /** Hz. */
  readonly sampleRate?: number;
}

/** What holds for all voices of a member. */
export interface VoiceDefaults {
  readonly model: string;
  /** Hz. */
  readonly sampleRate: number;
  /** BCP 47 tag; wins over what the server says. */
  readonly language?: string | undefined;
}

/** First letters of Kokoro's voices; the second one is `f` or `m`. */
const kokoroLanguages: Readonly<Record<string, string>> = {
  a: "en-US",
  b: "en-GB",
  e: "es",
  f: "fr-FR",
  h: "hi",
  i: "it",
  j: "ja",
  p: "pt-BR",
  z: "zh",
};

/**
 * Reads `{"voices": [...]}`, as Kokoro-FastAPI and speaches answer, or `{"data": [...]}`, or the
 * list itself; of names, or of objects that have one. What is none of these has no voices.
 */
export function voicesIn(answer: unknown): readonly FoundVoice[] {
  const list = isObject(answer) ? answer.voices ?? answer.data : answer;
  if (!Array.isArray(list)) return [];
  const voices = new Map<string, FoundVoice>();
  for (const item of list) {
    const voice = voiceIn(item);
    if (voice !== undefined && !voices.has(voice.id)) voices.set(voice.id, voice);
  }
  return [...voices.values()];
}

/** Finds a model in the answer to `GET /models`. Only speaches tells its voices and rate there. */
export function modelIn(answer: unknown, model: string): FoundModel {
  const list = isObject(answer) ? answer.data : undefined;
  const found = Array.isArray(list)
    ? list.find((item) => isObject(item) && item.id === model)
    : undefined;
  if (!isObject(found)) return { voices: [] };
  const { sample_rate: rate, voices } = found;
  return {
    voices: voicesIn({ voices }),
    ...(typeof rate === "number" && isSampleRate(rate) ? { sampleRate: rate } : {}),
  };
}

/** The voice as clients are told of it. */
export function describeVoice(found: FoundVoice, defaults: VoiceDefaults): Voice {
  const { id, name = id } = found;
  const { model, sampleRate } = defaults;
  const language = defaults.language ?? found.language ?? languageByName(id) ?? "en";
  return { id, description: `${name}, ${model}`, language, sampleRate };
}

/** The text as a well-formed BCP 47 tag, also if it is written `en_us`; undefined if it is none. */
export function languageTag(text: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(text.replaceAll("_", "-"))[0];
  } catch {
    return undefined;
  }
}

function voiceIn(item: unknown): FoundVoice | undefined {
  if (typeof item === "string") return item === "" ? undefined : { id: item };
  if (!isObject(item)) return undefined;
  const { name, language } = item;
  const id = [item.id, item.voice_id, name].find((id) => typeof id === "string" && id !== "");
  if (typeof id !== "string") return undefined;
  const tag = typeof language === "string" ? languageTag(language) : undefined;
  return {
    id,
    ...(typeof name === "string" && name !== "" ? { name } : {}),
    ...(tag === undefined ? {} : { language: tag }),
  };
}

function languageByName(id: string): string | undefined {
  const letter = /^([a-z])[fm]_/.exec(id)?.[1];
  return letter === undefined ? undefined : kokoroLanguages[letter];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
