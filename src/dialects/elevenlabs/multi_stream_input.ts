/**
 * `multi-stream-input`: a channel for each context.
 *
 * Source: ElevenLabs' AsyncAPI specification and its guide "Multi-Context Websocket";
 * `WebsocketTtsClientMessageMulti` and `CloseContext` of @elevenlabs/elevenlabs-js 2.73.0.
 *
 * @module
 */

import type { Command, Problem } from "../../speech/types.ts";
import type { ChannelRequest, Decoded, Dialect, WireEvent } from "../dialect.ts";
import { attempt } from "../fields.ts";
import {
  badMessage,
  type ClientMessage,
  parseMessage,
  readClientMessage,
  readContextId,
} from "./client_message.ts";
import { Context, type ContextOptions } from "./context.ts";
import { errorMessage } from "./server_message.ts";

/** Options of {@linkcode MultiStreamInput}. */
export interface MultiStreamInputOptions extends Omit<ContextOptions, "hasReplies"> {
  /** What a context is opened with. */
  readonly channel: ChannelRequest;
  /** Whether a new context stops those before it. */
  readonly newContextInterrupts: boolean;
}

/** Contexts that take text; the guide's limit. */
const MAX_CONTEXTS = 5;

/**
 * Contexts with those that are closed and still say what was flushed. These are ElevenLabs' five no
 * more, for here audio is paced, and a context that was closed may be long in saying it.
 */
const MAX_UNFINISHED = 10;

/** Names of interrupted contexts that are remembered. */
const MAX_INTERRUPTED = 100;

/** RFC 6455, 7.4.1. */
const POLICY_VIOLATION = 1008;

/** See the module. */
export class MultiStreamInput implements Dialect {
  readonly name = "elevenlabs";
  readonly #options: MultiStreamInputOptions;
  /** Contexts that are not over, by channel. */
  readonly #contexts = new Map<string, Context>();
  /** Channels of the contexts that take text, by the contexts' names. */
  readonly #open = new Map<string, string>();
  /**
   * Names of contexts that a newer one has interrupted while their clients had more to send, the
   * oldest first: none of that is to be spoken, nor is it to interrupt the newer one.
   */
  readonly #interrupted = new Set<string>();
  #opened = 0;
  #isFinished = false;

  constructor(options: MultiStreamInputOptions) {
    this.#options = options;
  }

  decode(data: string | Uint8Array): readonly Decoded[] {
    if (this.#isFinished) return [];
    const parsed = parseMessage(data);
    if ("problem" in parsed) return [parsed];
    const id = attempt(() => readContextId(parsed.message));
    if (typeof id !== "string") return [{ problem: badMessage(id) }];
    const message = attempt(() => readClientMessage(parsed.message));
    if ("field" in message) return [this.#refuse(id, badMessage(message))];
    const { key } = message;
    return [
      ...(key === undefined ? [] : [{ key }]),
      ...this.#stopTold(),
      ...this.#decode(message),
    ];
  }

  encode(event: WireEvent, channel: string): string[] {
    const context = this.#contexts.get(channel);
    if (context === undefined) {
      // What the client had asked for was refused, be it that the connection ends.
      if (event.type === "error" && !event.fatal) this.#isFinished = false;
      return event.type === "error" ? tell(channel, [errorMessage(event.problem)]) : [];
    }
    const messages = tell(channel, context.encode(event));
    // A message was refused before it could open a session: the end of one will not come.
    if (event.type === "error" && !context.hasSession) this.#forget(channel);
    return messages;
  }

  channelEnded(channel: string): string[] {
    const messages = tell(channel, this.#contexts.get(channel)?.end() ?? []);
    this.#forget(channel);
    return messages;
  }

  #decode(message: ClientMessage): readonly Decoded[] {
    const { contextId: id, text = "", speed, closeContext, closeSocket } = message;
    if (closeSocket) {
      this.#isFinished = true;
      return [{ finish: true }];
    }
    if (closeContext) return this.#close(id);
    const channel = this.#open.get(id);
    if (channel !== undefined) {
      // Where a client says that it does not close a context its text is not looked at.
      const said = closeContext === false ? { ...message, text: "" } : message;
      return [...configure(channel, speed), ...this.#say(channel, said)];
    }
    // What is late for a context that was closed must not open another one.
    if (text === "" || closeContext === false || this.#interrupted.has(id)) return [];
    return this.#openContext(message);
  }

  #openContext(message: ClientMessage): readonly Decoded[] {
    const { channel: request, newContextInterrupts } = this.#options;
    const stop = newContextInterrupts ? this.#interruptAll() : [];
    if (!newContextInterrupts && this.#isFull) return tooMany(message.contextId);
    const channel = channelName(++this.#opened, message.contextId);
    const hasReplies = message.contextId === "";
    this.#contexts.set(channel, new Context({ ...this.#options, hasReplies }));
    this.#open.set(message.contextId, channel);
    const speed = message.speed ?? request.settings.speed;
    const open = { ...request, settings: { ...request.settings, speed } };
    return [...stop, { open, channel }, ...this.#say(channel, message)];
  }

  get #isFull(): boolean {
    const unfinished = [...this.#contexts.values()].filter((context) => !context.isTold);
    return this.#open.size >= MAX_CONTEXTS || unfinished.length >= MAX_UNFINISHED;
  }

  #say(channel: string, message: ClientMessage): readonly Decoded[] {
    const context = this.#contexts.get(channel)!;
    const { text = "", schedule } = message;
    if (schedule !== undefined) context.follow(schedule);
    return toChannel(channel, context.say(text, message));
  }

  #close(id: string): readonly Decoded[] {
    this.#interrupted.delete(id);
    const channel = this.#open.get(id);
    if (channel === undefined) return [];
    this.#open.delete(id);
    return toChannel(channel, this.#contexts.get(channel)!.close());
  }

  #interruptAll(): readonly Decoded[] {
    for (const id of this.#open.keys()) this.#interrupted.add(id);
    for (const oldest of this.#interrupted) {
      if (this.#interrupted.size <= MAX_INTERRUPTED) break;
      this.#interrupted.delete(oldest);
    }
    this.#open.clear();
    return this.#stop(() => true);
  }

  /** Contexts whose clients have been told all say nothing more, for no one to hear. */
  #stopTold(): readonly Decoded[] {
    return this.#stop((context) => context.isTold);
  }

  #stop(isMeant: (context: Context) => boolean): readonly Decoded[] {
    const meant = [...this.#contexts].filter(([, context]) => isMeant(context));
    return meant.flatMap(([channel, context]) => toChannel(channel, context.stop()));
  }

  /** Says which context it is about, be there one of that name or not. */
  #refuse(id: string, problem: Problem): Decoded {
    return { problem, channel: this.#open.get(id) ?? channelName(0, id) };
  }

  #forget(channel: string): void {
    this.#contexts.delete(channel);
    const id = contextIdOf(channel);
    if (this.#open.get(id) === channel) this.#open.delete(id);
  }
}

/** Holds from the next utterance on. */
function configure(channel: string, speed: number | undefined): Decoded[] {
  if (speed === undefined) return [];
  return [{ command: { type: "configure", settings: { speed } }, channel }];
}

function toChannel(channel: string, commands: readonly Command[]): Decoded[] {
  return commands.map((command) => ({ command, channel }));
}

/** A context's name may come again, and a channel's must not; those of 0 are never opened. */
function channelName(count: number, contextId: string): string {
  return `${count} ${contextId}`;
}

function contextIdOf(channel: string): string {
  return channel.slice(channel.indexOf(" ") + 1);
}

function tell(channel: string, messages: readonly object[]): string[] {
  const contextId = contextIdOf(channel);
  const name = contextId === "" ? {} : { contextId };
  return messages.map((message) => JSON.stringify({ ...message, ...name }));
}

function tooMany(contextId: string): Decoded[] {
  const error = {
    message: `a connection takes ${MAX_CONTEXTS} contexts; close one before another is opened`,
    error: "max_active_conversations",
    code: POLICY_VIOLATION,
  };
  return [
    { reply: tell(channelName(0, contextId), [error]) },
    { hangUp: POLICY_VIOLATION, reason: error.error },
  ];
}
