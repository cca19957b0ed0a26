/**
 * Cartesia's list of voices, page by page.
 *
 * Source: `Voice` and `VoiceListParams` of @cartesia/cartesia-js 4.2.0; for the number of voices on a
 * page Cartesia's API reference, "List Voices".
 *
 * @module
 */

import type { BadParameter } from "../dialect.ts";
import {
  attempt,
  bad,
  type Message,
  numeric,
  queryFields,
  readChoice,
  readNumber,
  readString,
} from "../fields.ts";

/** What is known of a voice. */
export interface VoiceFacts {
  readonly id: string;
  readonly description: string;
  /** BCP 47. */
  readonly language: string;
}

/** A voice in Cartesia's words. */
export type CartesiaVoice = ReturnType<typeof cartesiaVoice>;

/** A part of the list. */
export interface VoicePage {
  readonly data: readonly CartesiaVoice[];
  /** Whether there are more in the direction asked for. */
  readonly has_more: boolean;
  /** Where the next page begins, for older clients. */
  readonly next_page: string | null;
}

/** Voices on a page whose client does not say how many. */
const USUAL_LIMIT = 10;

const MAX_LIMIT = 100;

/** @param createdAt since when there is the voice, in ISO 8601. */
export function cartesiaVoice({ id, description, language }: VoiceFacts, createdAt: string) {
  return {
    id,
    name: id,
    tagline: "",
    description,
    language: language.split("-")[0]!,
    locales: [{ locale: language, is_native: true }],
    gender: null,
    is_owner: false,
    access: "public",
    visibility: "all",
    created_at: createdAt,
  };
}

/** The page that a query asks for, or the parameter that cannot be used. */
export function voicePage(
  voices: readonly CartesiaVoice[],
  query: URLSearchParams,
): VoicePage | BadParameter {
  return attempt(() => {
    const fields = numeric(queryFields(query), ["limit"]);
    const limit = readNumber(fields, "limit", { min: 1, max: MAX_LIMIT }) ?? USUAL_LIMIT;
    const found = voices.filter(filterOf(fields));
    return pageOf(found, Math.floor(limit), fields);
  });
}

/** No voice is owned by anyone, or says of itself what gender it has. */
function filterOf(fields: Message): (voice: CartesiaVoice) => boolean {
  const wanted = readString(fields, "q")?.toLowerCase() ?? "";
  const gender = readChoice(fields, "gender", ["masculine", "feminine", "gender_neutral"]);
  const isOwner = readChoice(fields, "is_owner", ["true", "false"]);
  return ({ id, description, is_owner }) =>
    [id, description].some((text) => text.toLowerCase().includes(wanted)) &&
    gender === undefined &&
    (isOwner === undefined || isOwner === String(is_owner));
}

function pageOf(found: readonly CartesiaVoice[], limit: number, fields: Message): VoicePage {
  const after = readCursor(fields, "starting_after", found);
  const before = readCursor(fields, "ending_before", found);
  if (after !== undefined && before !== undefined) {
    throw bad("ending_before", "cannot be given beside starting_after");
  }
  if (before !== undefined) {
    return page(found.slice(Math.max(0, before - limit), before), before > limit);
  }
  const start = after === undefined ? 0 : after + 1;
  return page(found.slice(start, start + limit), start + limit < found.length);
}

/** The place of the voice that a cursor names. */
function readCursor(
  fields: Message,
  field: string,
  found: readonly CartesiaVoice[],
): number | undefined {
  const id = readString(fields, field);
  if (id === undefined) return undefined;
  const index = found.findIndex((voice) => voice.id === id);
  if (index < 0) throw bad(field, `cannot be ${JSON.stringify(id)}: the list has no such voice`);
  return index;
}

function page(data: readonly CartesiaVoice[], has_more: boolean): VoicePage {
  return { data, has_more, next_page: has_more ? data.at(-1)!.id : null };
}
