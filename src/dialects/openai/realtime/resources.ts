/**
 * The objects that Realtime's events carry, and the events themselves.
 *
 * Source: the types of OpenAI's SDK, `resources/realtime/realtime.ts`.
 *
 * @module
 */

import type { RealtimeConfig } from "./config.ts";
import { type FormatResource, formatResource } from "./formats.ts";

/** A part of an item's content. */
export interface PartResource {
  readonly type: string;
  readonly text?: string;
  readonly transcript?: string;
}

/** A message of the conversation. */
export interface ItemResource {
  readonly id: string;
  readonly object: "realtime.item";
  readonly type: "message";
  readonly status: "in_progress" | "completed" | "incomplete";
  readonly role: Role;
  readonly content: readonly PartResource[];
}

/** Who says a message. */
export type Role = "user" | "assistant" | "system";

/** What there is to know of a response. */
export interface ResponseResource {
  readonly id: string;
  readonly object: "realtime.response";
  readonly status: "in_progress" | "completed" | "cancelled" | "failed";
  readonly status_details: object | null;
  readonly output: readonly ItemResource[];
  readonly output_modalities: readonly ["audio"];
  readonly max_output_tokens: "inf";
  readonly audio: { readonly output: { readonly format: FormatResource; readonly voice: string } };
  readonly conversation_id: string | null;
  readonly metadata: unknown;
  readonly usage: object | null;
}

/** How a client is spoken to. */
export interface SessionResource {
  readonly type: "realtime";
  readonly object: "realtime.session";
  readonly id: string;
  readonly model: string;
  readonly output_modalities: readonly ["audio"];
  readonly instructions: "";
  readonly tools: readonly [];
  readonly tool_choice: "none";
  readonly max_output_tokens: "inf";
  readonly audio: {
    /** This server does not listen. */
    readonly input: { readonly transcription: null; readonly turn_detection: null };
    readonly output: {
      readonly format: FormatResource;
      readonly voice: string;
      readonly speed: number;
    };
  };
}

/** An event for the client, without its `event_id`. */
export interface ServerEvent {
  readonly type: string;
  readonly session?: SessionResource;
  readonly response?: ResponseResource;
  readonly item?: ItemResource;
  readonly part?: PartResource;
  readonly [field: string]: unknown;
}

/** A session, with everything that it may be asked for. */
export function sessionResource(
  { id, model, config }: {
    readonly id: string;
    readonly model: string;
    readonly config: RealtimeConfig;
  },
): SessionResource {
  const { format, voice, speed } = config;
  return {
    type: "realtime",
    object: "realtime.session",
    id,
    model,
    output_modalities: ["audio"],
    instructions: "",
    tools: [],
    tool_choice: "none",
    max_output_tokens: "inf",
    audio: {
      input: { transcription: null, turn_detection: null },
      output: { format: formatResource(format), voice: voice.name, speed },
    },
  };
}

/** A new id, in OpenAI's form. */
export function newId(prefix: "item" | "resp" | "conv"): string {
  return `${prefix}_${crypto.randomUUID().replaceAll("-", "").slice(0, 21)}`;
}
