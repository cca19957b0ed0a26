/**
 * The models that clients can find. There is one engine, which speaks for a model of any name; these
 * are the names that clients look for.
 *
 * @module
 */

import { RELEASED_AT } from "../released.ts";

/** A model, as OpenAI's API reference has it. */
export interface OpenAiModel {
  readonly id: string;
  readonly object: "model";
  /** Unix time in s. */
  readonly created: number;
  readonly owned_by: string;
}

const IDS = ["syrinx", "tts-1", "tts-1-hd", "gpt-4o-mini-tts"];

/** The models, by their ids. */
export function openAiModels(): ReadonlyMap<string, OpenAiModel> {
  const created = RELEASED_AT.getTime() / 1000;
  return new Map(IDS.map((id) => [id, { id, object: "model", created, owned_by: "syrinx" }]));
}
