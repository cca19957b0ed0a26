/**
 * Voices as ElevenLabs tells of them, and its way of looking for them.
 *
 * Source: `Voice`, `GetVoicesV2Response` and `VoicesSearchRequest` of @elevenlabs/elevenlabs-js 2.73.0.
 *
 * @module
 */

import type { BadParameter } from "../dialect.ts";
import { attempt, bad, numeric, queryFields, readNumber, readString } from "../fields.ts";
import { languageOf, MODEL_ID } from "./models.ts";

/** What there is to know about a voice. */
export interface VoiceFacts {
  /** One line for people. */
  readonly description: string;
  /** BCP 47 tag. */
  readonly language: string;
}

/** A voice in ElevenLabs' words. */
export interface ElevenLabsVoice {
  readonly voice_id: string;
  readonly name: string;
  readonly category: string;
  readonly description: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A page of voices. */
export interface VoicePage {
  readonly voices: readonly ElevenLabsVoice[];
  readonly has_more: boolean;
  readonly total_count: number;
  readonly next_page_token: string | null;
}

/** Voices that ElevenLabs itself has: nobody's own. */
const CATEGORY = "premade";

/** `voice_type` of such voices. */
const VOICE_TYPES = ["default", "non-community"];

const MAX_PAGE = 100;
const DEFAULT_PAGE = 10;

/** The voice that is asked for by a name. */
export function elevenLabsVoice(
  name: string,
  { description, language }: VoiceFacts,
): ElevenLabsVoice {
  return {
    voice_id: name,
    name,
    category: CATEGORY,
    description,
    labels: { language: languageOf(language), locale: language },
    verified_languages: [
      { language: languageOf(language), model_id: MODEL_ID, locale: language },
    ],
    preview_url: null,
    settings: null,
    available_for_tiers: [],
    high_quality_base_model_ids: [],
  };
}

/** The voices that a query looks for, page by page. */
export function voicePage(
  voices: readonly ElevenLabsVoice[],
  query: URLSearchParams,
): VoicePage | BadParameter {
  return attempt(() => {
    const fields = numeric(queryFields(query), ["page_size"]);
    const size = readNumber(fields, "page_size", { min: 1, max: MAX_PAGE }) ?? DEFAULT_PAGE;
    const start = readToken(readString(fields, "next_page_token"));
    const found = sorted(voices.filter((voice) => isMeant(voice, query)), query);
    const end = start + Math.floor(size);
    const hasMore = end < found.length;
    return {
      voices: found.slice(start, end),
      has_more: hasMore,
      total_count: found.length,
      next_page_token: hasMore ? String(end) : null,
    };
  });
}

/** Where the page before ended. */
function readToken(token: string | undefined): number {
  if (token === undefined || token === "") return 0;
  if (/^\d{1,9}$/.test(token)) return Number(token);
  throw bad("next_page_token", "must be the token of the page before");
}

function isMeant(voice: ElevenLabsVoice, query: URLSearchParams): boolean {
  const isAmong = (parameter: string, values: readonly (string | undefined)[]) => {
    const wanted = query.getAll(parameter).filter((value) => value !== "");
    return wanted.length === 0 || wanted.some((value) => values.includes(value));
  };
  return contains(voice, query.get("search") ?? "") &&
    isAmong("voice_ids", [voice.voice_id]) &&
    isAmong("category", [voice.category]) &&
    isAmong("voice_type", VOICE_TYPES) &&
    isAmong("language", [voice.labels.language, voice.labels.locale]) &&
    // No voice here has a label for any of these.
    ["gender", "age", "accent", "use_cases", "collection_id", "fine_tuning_state"]
      .every((parameter) => isAmong(parameter, []));
}

function contains({ name, description, category, labels }: ElevenLabsVoice, text: string): boolean {
  const searched = [name, description, category, ...Object.values(labels)].join("\n");
  return searched.toLowerCase().includes(text.trim().toLowerCase());
}

/** By name where that is wanted; no voice here is older than another. */
function sorted(voices: ElevenLabsVoice[], query: URLSearchParams): ElevenLabsVoice[] {
  if (query.get("sort") !== "name") return voices;
  const byName = voices.toSorted((a, b) => a.name < b.name ? -1 : 1);
  return query.get("sort_direction") === "desc" ? byName.reverse() : byName;
}
