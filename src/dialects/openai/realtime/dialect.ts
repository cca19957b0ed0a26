/**
 * OpenAI's Realtime, as far as it speaks: text in, audio out.
 *
 * @module
 */

import type { Lead, Problem } from "../../../speech/types.ts";
import {
  type BadParameter,
  type Decoded,
  type Dialect,
  type Greeting,
  MAIN,
  type WireEvent,
} from "../../dialect.ts";
import {
  attempt,
  bad,
  type Message,
  parseObject,
  readObject,
  readString,
  required,
  within,
} from "../../fields.ts";
import type { VoiceNames } from "../../voice_names.ts";
import { explain, type Fault, openAiError } from "../errors.ts";
import { readResponseOrder, readTruncation } from "./client_events.ts";
import { checkSessionType, defaultConfig, readConfig, type RealtimeConfig } from "./config.ts";
import { Conversation } from "./conversation.ts";
import { createItem, deleteItem, retrieveItem } from "./items.ts";
import { newId, type ServerEvent, sessionResource } from "./resources.ts";
import { Responses } from "./responses.ts";
import { ServerEvents } from "./server_events.ts";
import { CannotDo, type Step } from "./steps.ts";

/** Options of {@linkcode RealtimeDialect}. */
export interface RealtimeDialectOptions {
  readonly names: VoiceNames;
  readonly lead: Lead;
  /** As the client calls it; there is one engine. */
  readonly model: string;
  /** Whether the client knows things by the beta's names only. */
  readonly isBeta: boolean;
}

/** What stops a response that is being said. */
const INTERRUPTIONS = [
  "response.cancel",
  "conversation.item.truncate",
  "output_audio_buffer.clear",
];

/** Translates for one client. */
export class RealtimeDialect implements Dialect {
  readonly name = "openai_realtime";
  readonly #options: RealtimeDialectOptions;
  readonly #events: ServerEvents;
  readonly #conversation: Conversation;
  readonly #responses: Responses;
  #config: RealtimeConfig;
  #sessionId = "";
  /** Of one response. */
  #maxCharacters = 0;
  /** The id of the message that is being carried out, if it has one. */
  #eventId: string | null = null;
  #hasRefusedToListen = false;

  constructor(options: RealtimeDialectOptions) {
    this.#options = options;
    this.#config = defaultConfig(options.names);
    this.#events = new ServerEvents(options);
    this.#conversation = new Conversation(newId("conv"));
    this.#responses = new Responses({
      conversation: this.#conversation,
      lead: options.lead,
      format: this.#config.format,
    });
  }

  interrupts(data: string | Uint8Array): boolean {
    const message = this.#parse(data);
    return INTERRUPTIONS.some((type) => type === message?.type);
  }

  decode(data: string | Uint8Array): Decoded[] {
    const message = this.#parse(data);
    if (message === undefined) {
      return [{ problem: { code: "bad_json", message: "the message is not a JSON object" } }];
    }
    try {
      const steps = attempt(() => this.#read(message));
      if ("field" in steps) return [{ problem: problemOf(steps) }];
      return steps.map((step) => "tell" in step ? this.#reply(step.tell) : step);
    } catch (error) {
      if (error instanceof CannotDo) return [this.#reply([this.#error(error)])];
      throw error;
    }
  }

  encode(event: WireEvent, channel: string): string[] {
    switch (event.type) {
      case "session_started":
        return this.#events.encode(this.#opened(event, channel));
      case "error": {
        // What fails later, or ends the connection, was not asked for by the last message.
        const isAnswer = !event.fatal && event.problem.code !== "synthesis_failed";
        return this.#events.encode([this.#error(event.problem, isAnswer)]);
      }
      default:
        return this.#events.encode(this.#responses.tell(event, channel));
    }
  }

  /** Of whatever becomes of it the client is told with the message's id. */
  #parse(data: string | Uint8Array): Message | undefined {
    const message = typeof data === "string" ? parseObject(data) : undefined;
    this.#eventId = typeof message?.event_id === "string" ? message.event_id : null;
    this.#responses.nextMessage();
    return message;
  }

  #read(message: Message): readonly Step[] {
    switch (required(message.type, "type")) {
      case "session.update":
        return this.#update(required(readObject(message, "session"), "session"));
      case "conversation.item.create":
        return createItem(this.#conversation, message, this.#maxCharacters);
      case "conversation.item.retrieve":
        return retrieveItem(this.#conversation, message);
      case "conversation.item.delete":
        return deleteItem(this.#conversation, message);
      case "conversation.item.truncate":
        return this.#responses.truncate(readTruncation(message));
      case "response.create":
        return this.#createResponse(readObject(message, "response") ?? {});
      case "response.cancel":
        return this.#responses.cancel(readString(message, "response_id"));
      case "output_audio_buffer.clear":
        return this.#responses.clear();
      case "input_audio_buffer.append":
        return this.#ignoreAudio();
      case "input_audio_buffer.commit":
      case "input_audio_buffer.clear":
      case "transcription_session.update":
        throw deaf();
      default:
        throw bad("type", `cannot be ${JSON.stringify(message.type)}`);
    }
  }

  #opened(event: Greeting, channel: string): ServerEvent[] {
    if (channel === MAIN) return this.#greet(event);
    this.#responses.opened(channel);
    return [];
  }

  #greet({ sessionId, limits }: Greeting): ServerEvent[] {
    this.#sessionId = `sess_${sessionId}`;
    this.#maxCharacters = limits.maxTextCharacters;
    const conversation = { id: this.#conversation.id, object: "realtime.conversation" };
    return [
      { type: "session.created", session: this.#session },
      { type: "conversation.created", conversation },
    ];
  }

  #update(session: Message): Step[] {
    this.#config = within("session", () => {
      checkSessionType(session);
      return readConfig(session, this.#config, this.#options.names);
    });
    return [{ tell: [{ type: "session.updated", session: this.#session }] }];
  }

  #createResponse(response: Message): Step[] {
    const [order, config] = within("response", () => [
      readResponseOrder(response),
      readConfig(response, this.#config, this.#options.names),
    ]);
    return this.#responses.create(order, config);
  }

  /** It may come fifty times a second: one answer tells it all. */
  #ignoreAudio(): Step[] {
    if (this.#hasRefusedToListen) return [];
    this.#hasRefusedToListen = true;
    throw deaf();
  }

  get #session() {
    const { model } = this.#options;
    return sessionResource({ id: this.#sessionId, model, config: this.#config });
  }

  #reply(events: readonly ServerEvent[]): Decoded {
    return { reply: this.#events.encode(events) };
  }

  #error(fault: Fault, isAnswer = true): ServerEvent {
    const event_id = isAnswer ? this.#eventId : null;
    return { type: "error", error: { ...openAiError(fault), event_id } };
  }
}

function problemOf(parameter: BadParameter): Problem {
  const { allowed: _, ...rest } = parameter;
  return { code: "bad_message", ...rest, message: explain(parameter) };
}

function deaf(): CannotDo {
  return new CannotDo("unsupported_value", "this server only speaks: it takes no audio", "type");
}
