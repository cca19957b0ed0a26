/**
 * The responses of a connection: what clients do with them, and what becomes of them.
 *
 * A response is an utterance of the same id. All are said on one channel; for another format a new
 * channel takes the place of the old one.
 *
 * @module
 */

import type { Lead, SessionEvent } from "../../../speech/types.ts";
import { type EncodedAudio, MAIN, type WireEvent } from "../../dialect.ts";
import type { ResponseOrder, Truncation } from "./client_events.ts";
import { channelRequest, type RealtimeConfig } from "./config.ts";
import { type Conversation, type ConversationItem, joinTexts } from "./conversation.ts";
import type { OutputFormat } from "./formats.ts";
import { demandItem } from "./items.ts";
import { newId, type ServerEvent } from "./resources.ts";
import { SpokenResponse } from "./spoken_response.ts";
import { CannotDo, type Step } from "./steps.ts";

/** Options of {@linkcode Responses}. */
export interface ResponsesOptions {
  readonly conversation: Conversation;
  readonly lead: Lead;
  /** Of the channel that is opened with the connection. */
  readonly format: OutputFormat;
}

/** A response that the core was asked for, and the items whose text it says. */
interface Asked {
  readonly response: SpokenResponse;
  readonly items: readonly ConversationItem[];
}

/** What is told as soon as the core has reported an interruption. */
interface Awaited {
  readonly response: SpokenResponse;
  readonly answer: ServerEvent;
  /** How much was heard by the client's word, in ms. */
  readonly audioEndMs?: number;
}

type Told<T extends SessionEvent["type"]> = Extract<SessionEvent, { readonly type: T }>;

/** Keeps the responses that are being said, and the latest one. */
export class Responses {
  readonly #options: ResponsesOptions;
  /** Those that have not ended, in the order in which they are said. */
  readonly #open: SpokenResponse[] = [];
  #latest: SpokenResponse | undefined;
  #asked: Asked | undefined;
  #awaited: Awaited | undefined;
  /** The channel that speaks, and its format. */
  #channel = MAIN;
  #format: OutputFormat;
  #channels = 1;

  constructor(options: ResponsesOptions) {
    this.#options = options;
    this.#format = options.format;
  }

  /** A new message comes: the core has refused what it has not answered. */
  nextMessage(): void {
    this.#asked = undefined;
    this.#awaited = undefined;
  }

  /** A channel was opened, for what was asked last. */
  opened(channel: string): void {
    this.#channel = channel;
    this.#format = this.#asked!.response.options.config.format;
    this.#channels++;
  }

  /** Says the text of the items that were not spoken yet, or of the order's own. */
  create({ input, inConversation, metadata }: ResponseOrder, config: RealtimeConfig): Step[] {
    const { conversation } = this.#options;
    if (inConversation) this.#checkNoneActive();
    const items = input?.map((item) => this.#resolve(item)) ?? conversation.unsaid;
    const text = joinTexts(items.map((item) => item.text));
    if (text === "") throw nothingToSay();
    const channel = this.#channelFor(config);
    const response = new SpokenResponse({
      id: newId("resp"),
      itemId: newId("item"),
      text,
      config,
      channel,
      conversationId: inConversation ? conversation.id : null,
      metadata,
    });
    this.#asked = { response, items };
    return [...this.#moveTo(channel, config), ...say(response)];
  }

  /** Stops the response of that id, or else that of the conversation. */
  cancel(id: string | undefined): Step[] {
    const response = id === undefined
      ? this.#active
      : this.#open.find((response) => response.id === id);
    if (response !== undefined) return [stop(response)];
    const message = "Cancellation failed: no active response found";
    throw new CannotDo("response_cancel_not_active", message);
  }

  /** Notes how much of a response was heard; one that is still being said ends there. */
  truncate({ itemId, audioEndMs }: Truncation): Step[] {
    const response = this.#demandSpoken(itemId);
    const audioMs = Math.ceil(response.audioMs);
    if (audioEndMs > audioMs) {
      const message = `Audio content of ${audioMs}ms is already shorter than ${audioEndMs}ms`;
      throw new CannotDo("invalid_value", message, "audio_end_ms");
    }
    response.shorten(audioEndMs);
    const answer = {
      type: "conversation.item.truncated",
      item_id: itemId,
      content_index: 0,
      audio_end_ms: audioEndMs,
    };
    return this.#interrupt({ response, answer, audioEndMs }, stop(response, audioEndMs));
  }

  /** Stops everything. */
  clear(): Step[] {
    const response = this.#open[0] ?? this.#latest;
    if (response === undefined) {
      throw new CannotDo("invalid_value", "there is no audio: no response was created yet");
    }
    const answer = { type: "output_audio_buffer.cleared", response_id: response.id };
    for (const open of this.#open) open.isUnwanted = true;
    const everything = { command: { type: "barge_in" }, channel: this.#channel } as const;
    return this.#interrupt({ response, answer }, everything);
  }

  /** What there is to tell of an event. */
  tell(event: WireEvent, channel: string): ServerEvent[] {
    switch (event.type) {
      case "utterance_started":
        return this.#started(event);
      case "sentence_started":
        return this.#demandOpen(event.utteranceId).sentenceStarted(event);
      case "audio":
        return this.#sayingOn(channel, event).audio(event);
      case "sentence_ended":
        this.#demandOpen(event.utteranceId).sentenceEnded(event);
        return [];
      case "barge_in":
        return this.#interrupted(event);
      case "utterance_ended":
        return this.#ended(event);
      default:
        return [];
    }
  }

  /** The response that writes to the conversation. */
  get #active(): SpokenResponse | undefined {
    return this.#open.find((response) => response.options.conversationId !== null);
  }

  #checkNoneActive(): void {
    if (this.#active === undefined) return;
    throw new CannotDo(
      "conversation_already_has_active_response",
      `Conversation already has an active response in progress: ${this.#active.id}. ` +
        "Wait until the response is finished before creating a new one.",
    );
  }

  #resolve(item: ConversationItem | string): ConversationItem {
    if (typeof item !== "string") return item;
    const found = this.#options.conversation.find(item);
    if (found !== undefined) return found;
    throw new CannotDo("invalid_value", `there is no item with id '${item}'`, "response.input");
  }

  #channelFor({ format }: RealtimeConfig): string {
    if (format === this.#format) return this.#channel;
    const [first] = this.#open;
    if (first === undefined) return `format ${this.#channels + 1}`;
    // Two channels would speak at the same time.
    throw new CannotDo(
      "conversation_already_has_active_response",
      `another format can only begin when response ${first.id} is finished`,
    );
  }

  /** The old channel is not needed any more. */
  #moveTo(channel: string, config: RealtimeConfig): Step[] {
    if (channel === this.#channel) return [];
    return [
      { open: channelRequest(config, this.#options.lead), channel },
      { command: { type: "close" }, channel: this.#channel },
    ];
  }

  #demandSpoken(itemId: string): SpokenResponse {
    const open = this.#open.find((response) => response.itemId === itemId);
    const item = open ?? demandItem(this.#options.conversation, itemId, "truncat");
    if (item instanceof SpokenResponse) return item;
    const message = "Only model output audio messages can be truncated";
    throw new CannotDo("invalid_value", message, "item_id");
  }

  /** By the core, unless it knows the response no more: then it was interrupted before. */
  #interrupt(awaited: Awaited, step: Step): Step[] {
    const { response } = awaited;
    const isKnown = !response.isCancelled && response.options.channel === this.#channel;
    if (!isKnown) return [{ tell: [correct(awaited)] }];
    this.#awaited = awaited;
    return [step];
  }

  #started({ number }: Told<"utterance_started">): ServerEvent[] {
    const { conversation } = this.#options;
    const { response, items } = this.#asked!;
    conversation.noteSaid(items);
    this.#open.push(response);
    this.#latest = response;
    const isInside = response.options.conversationId !== null;
    return response.started(number, isInside ? conversation.add(response) : null);
  }

  #interrupted({ utterances }: Told<"barge_in">): ServerEvent[] {
    const awaited = this.#awaited;
    // The awaited one may have been said to its end.
    const known = [...this.#open, ...(awaited === undefined ? [] : [awaited.response])];
    for (const heard of utterances) {
      known.find((response) => response.id === heard.utteranceId)?.heard(heard);
    }
    if (awaited === undefined) return [];
    const isReported = utterances.some(({ utteranceId }) => utteranceId === awaited.response.id);
    return [isReported ? awaited.answer : correct(awaited)];
  }

  #ended(event: Told<"utterance_ended">): ServerEvent[] {
    const response = this.#demandOpen(event.utteranceId);
    this.#open.splice(this.#open.indexOf(response), 1);
    return response.ended(event);
  }

  #demandOpen(id: string): SpokenResponse {
    return this.#open.find((response) => response.id === id)!;
  }

  #sayingOn(channel: string, { utteranceNumber }: EncodedAudio): SpokenResponse {
    return this.#open.find(({ number, options }) =>
      number === utteranceNumber && options.channel === channel
    )!;
  }
}

/** The client's word counts where the core has none. */
function correct({ response, answer, audioEndMs }: Awaited): ServerEvent {
  if (audioEndMs !== undefined) response.heardUntil(audioEndMs);
  return answer;
}

function say(response: SpokenResponse): Step[] {
  const { id: utteranceId, text, channel, config: { voice, speed } } = response.options;
  return [
    { command: { type: "configure", settings: { voice: voice.id, speed } }, channel },
    { command: { type: "text", text, utteranceId, final: true }, channel },
  ];
}

/** The client wants no more of it. */
function stop(response: SpokenResponse, playedMs?: number): Step {
  response.isUnwanted = true;
  const { id: utteranceId, options: { channel } } = response;
  const told = playedMs === undefined ? {} : { playedMs };
  return { command: { type: "barge_in", utteranceId, ...told }, channel };
}

function nothingToSay(): CannotDo {
  return new CannotDo(
    "nothing_to_say",
    "there is no text to speak: create a conversation item with text first, or give one in " +
      "response.input; this server says texts as they are, and follows no instructions",
    "response",
  );
}
