/**
 * One response: what is told of it while it is being said, and what was heard of it.
 *
 * @module
 */

import type { HeardUtterance, SessionEvent } from "../../../speech/types.ts";
import type { EncodedAudio } from "../../dialect.ts";
import { audioTokens, textTokens } from "../usage.ts";
import type { RealtimeConfig } from "./config.ts";
import type { ConversationItem } from "./conversation.ts";
import { formatResource, outputFormats } from "./formats.ts";
import type { ItemResource, ResponseResource, ServerEvent } from "./resources.ts";

type Told<T extends SessionEvent["type"]> = Extract<SessionEvent, { readonly type: T }>;

/** What a response is made of. */
export interface SpokenResponseOptions {
  readonly id: string;
  readonly itemId: string;
  /** What is said. */
  readonly text: string;
  readonly config: RealtimeConfig;
  /** Where it is said. */
  readonly channel: string;
  /** Null for a response beside the conversation. */
  readonly conversationId: string | null;
  readonly metadata: unknown;
}

/** A sentence and its place in the audio, in ms; how long it is is known when all of it was said. */
interface SaidSentence {
  readonly text: string;
  readonly offsetMs: number;
  durationMs: number | undefined;
}

/** About 150 words a minute. */
const MS_PER_CHARACTER = 66;

/** A response with its one item, which has one part, which is audio. */
export class SpokenResponse implements ConversationItem {
  readonly options: SpokenResponseOptions;
  /** The number of its utterance. */
  number: number | undefined;
  /** Whether the client has asked for its end. */
  isUnwanted = false;
  #status: ResponseResource["status"] = "in_progress";
  #details: object | null = null;
  #previousItemId: string | null = null;
  #usage: object | null = null;
  /** Audio that was sent and not cut off. */
  #audioMs = 0;
  /** Those that have begun, in order. */
  readonly #sentences: SaidSentence[] = [];
  /** Characters of the text that they have. */
  #told = 0;
  /** What was heard, if less than was said. */
  #heard: string | undefined;

  constructor(options: SpokenResponseOptions) {
    this.options = options;
  }

  get id(): string {
    return this.options.id;
  }

  get itemId(): string {
    return this.options.itemId;
  }

  /** The transcript: what was said so far, or heard. */
  get text(): string {
    const said = this.#sentences.filter(({ durationMs }) => durationMs !== undefined);
    return this.#heard ?? said.map(({ text }) => text).join("");
  }

  /** Audio that was sent and not cut off, in ms. */
  get audioMs(): number {
    return this.#audioMs;
  }

  /** True when the listener has interrupted it. */
  get isCancelled(): boolean {
    return this.#status === "cancelled";
  }

  get itemResource(): ItemResource {
    return {
      id: this.itemId,
      object: "realtime.item",
      type: "message",
      status: STATUS_OF_ITEM[this.#status],
      role: "assistant",
      content: this.#status === "in_progress"
        ? []
        : [{ type: "output_audio", transcript: this.text }],
    };
  }

  /** It begins; in a conversation after the item of that id. */
  started(number: number, previousItemId: string | null): ServerEvent[] {
    this.number = number;
    this.#previousItemId = previousItemId;
    return [
      { type: "response.created", response: this.#resource },
      { type: "response.output_item.added", ...this.#place, item: this.itemResource },
      ...this.#inConversation("created", "added"),
      { type: "response.content_part.added", ...this.#part, part: partOf("") },
    ];
  }

  /** A sentence begins: its text is told before its audio. */
  sentenceStarted({ sourceEnd, offsetMs }: Told<"sentence_started">): ServerEvent[] {
    const delta = this.options.text.slice(this.#told, sourceEnd);
    this.#told = sourceEnd;
    this.#sentences.push({ text: delta, offsetMs, durationMs: undefined });
    return [{ type: "response.output_audio_transcript.delta", ...this.#part, delta }];
  }

  audio({ bytes, offsetMs, samples }: EncodedAudio): ServerEvent[] {
    const { sampleRate } = outputFormats[this.options.config.format];
    this.#audioMs = offsetMs + samples * 1000 / sampleRate;
    return [{ type: "response.output_audio.delta", ...this.#part, delta: bytes.toBase64() }];
  }

  /** A sentence of which nothing could be said is none that was said. */
  sentenceEnded({ status, durationMs }: Told<"sentence_ended">): void {
    if (status === "failed" && durationMs === 0) this.#sentences.pop();
    else this.#sentences.at(-1)!.durationMs = durationMs;
  }

  /** The audio ends there, in ms. */
  shorten(ms: number): void {
    this.#audioMs = ms;
  }

  /** So much was heard when it was interrupted, by the core's word. */
  heard({ heardText }: HeardUtterance): void {
    this.#heard = heardText;
  }

  /** So much was heard, in ms of its audio, where the core does not know it any more. */
  heardUntil(ms: number): void {
    this.#heard = this.#sentences.map((sentence) => textUntil(ms, sentence)).join("");
  }

  /** All is said that will be. */
  ended({ outcome, durationMs, characters }: Told<"utterance_ended">): ServerEvent[] {
    const end = this.isUnwanted && outcome === "interrupted" ? "cancelled" : outcome;
    this.#status = end === "interrupted" ? "failed" : end;
    this.#details = STATUS_DETAILS[end];
    const transcript = this.text;
    this.#usage = usageOf(characters, transcript.length, durationMs);
    return [
      { type: "response.output_audio.done", ...this.#part },
      { type: "response.output_audio_transcript.done", ...this.#part, transcript },
      { type: "response.content_part.done", ...this.#part, part: partOf(transcript) },
      ...this.#inConversation("done"),
      { type: "response.output_item.done", ...this.#place, item: this.itemResource },
      { type: "response.done", response: this.#resource },
    ];
  }

  #inConversation(...news: readonly string[]): ServerEvent[] {
    if (this.options.conversationId === null) return [];
    return news.map((what) => ({
      type: `conversation.item.${what}`,
      previous_item_id: this.#previousItemId,
      item: this.itemResource,
    }));
  }

  get #place() {
    return { response_id: this.id, output_index: 0 };
  }

  get #part() {
    return { ...this.#place, item_id: this.itemId, content_index: 0 };
  }

  get #resource(): ResponseResource {
    const { config, conversationId, metadata } = this.options;
    const { format, voice } = config;
    return {
      id: this.id,
      object: "realtime.response",
      status: this.#status,
      status_details: this.#details,
      output: this.#status === "in_progress" ? [] : [this.itemResource],
      output_modalities: ["audio"],
      max_output_tokens: "inf",
      audio: { output: { format: formatResource(format), voice: voice.name } },
      conversation_id: conversationId,
      metadata,
      usage: this.#usage,
    };
  }
}

/** The text of a sentence that was heard by then: in proportion, back to the last word's end. */
function textUntil(ms: number, { text, offsetMs, durationMs }: SaidSentence): string {
  const share = (ms - offsetMs) / (durationMs ?? text.length * MS_PER_CHARACTER);
  if (ms <= offsetMs) return "";
  if (share >= 1) return text;
  return text.slice(0, Math.max(0, text.lastIndexOf(" ", text.length * share)));
}

const STATUS_OF_ITEM = {
  in_progress: "in_progress",
  completed: "completed",
  cancelled: "incomplete",
  failed: "incomplete",
} as const;

/** OpenAI's reasons for an interruption are all its listener's: the server's own is a failure. */
const STATUS_DETAILS = {
  completed: null,
  cancelled: { type: "cancelled", reason: "client_cancelled" },
  failed: failure("synthesis_failed"),
  interrupted: failure("session_ended"),
};

function failure(code: string) {
  return { type: "failed", error: { type: "server_error", code } };
}

function partOf(transcript: string) {
  return { type: "audio", transcript };
}

/** The fields of the SDK's `RealtimeResponseUsage`. */
function usageOf(inputCharacters: number, outputCharacters: number, audioMs: number) {
  const input = textTokens(inputCharacters);
  const text = textTokens(outputCharacters);
  const audio = audioTokens(audioMs);
  return {
    total_tokens: input + text + audio,
    input_tokens: input,
    output_tokens: text + audio,
    input_token_details: { text_tokens: input, audio_tokens: 0, image_tokens: 0, cached_tokens: 0 },
    output_token_details: { text_tokens: text, audio_tokens: audio },
  };
}
