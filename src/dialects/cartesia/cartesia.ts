/**
 * Cartesia's WebSocket, `/tts/websocket`: a channel for each context.
 *
 * Source: `GenerationRequest` and `WebsocketResponse` of @cartesia/cartesia-js 4.2.0; Cartesia's
 * documentation, "Contexts" and "Context Flushing and Flush IDs".
 *
 * @module
 */

import type { Lead, Problem, SessionEnd } from "../../speech/types.ts";
import { type BadParameter, type Decoded, type Dialect, MAIN, type WireEvent } from "../dialect.ts";
import { attempt, bad, type Message, parseObject, required } from "../fields.ts";
import type { VoiceNames } from "../voice_names.ts";
import { Context } from "./context.ts";
import { errorEvent, messageOf } from "./errors.ts";
import { chunkEvent, doneEvent, flushDoneEvent, timestampsEvent } from "./events.ts";
import {
  checkShared,
  type ContextInput,
  readContextId,
  readInput,
  readOpening,
  sharedFields,
} from "./inputs.ts";

/** Options of {@linkcode CartesiaDialect}. */
export interface CartesiaOptions {
  readonly names: VoiceNames;
  readonly lead: Lead;
  /** Whether a new context stops those before it. */
  readonly newContextInterrupts: boolean;
  /** Clock time, in ms. */
  readonly now: () => number;
  /** Makes an id for a context that its client gave none. */
  readonly createId: () => string;
}

/**
 * Contexts of one connection at a time. Cartesia speaks of "dozens", and has an account's plan say
 * how many ("Concurrency and WebSocket Limits").
 */
const MAX_CONTEXTS = 32;

/** RFC 6455, 7.4.1. */
const NORMAL_CLOSURE = 1000;

/** See the module. */
export class CartesiaDialect implements Dialect {
  readonly name = "cartesia";
  readonly #options: CartesiaOptions;
  readonly #contexts = new Map<string, Context>();
  /**
   * Contexts that a newer one has interrupted while their clients had more to send, the oldest first:
   * none of that is to be spoken.
   */
  readonly #interrupted = new Set<string>();

  constructor(options: CartesiaOptions) {
    this.#options = options;
  }

  decode(data: string | Uint8Array): readonly Decoded[] {
    if (typeof data !== "string") {
      return [{ problem: { code: "unsupported", message: "binary messages are not taken" } }];
    }
    const message = parseObject(data);
    if (message === undefined) {
      return [{ problem: { code: "bad_json", message: "the message is not a JSON object" } }];
    }
    const decoded = attempt(() => this.#decode(message));
    return "field" in decoded ? [refused(decoded, message)] : decoded;
  }

  encode(event: WireEvent, channel: string): string[] {
    if (event.type === "error") return this.#tellProblem(event.problem, channel);
    const context = this.#contexts.get(channel);
    if (context === undefined || context.isOver) return [];
    switch (event.type) {
      case "session_started":
        context.sessionId = event.sessionId;
        return [];
      case "audio": {
        const chunk = chunkEvent(event.bytes, context.steps.next());
        return [tell(channel, { ...chunk, flush_id: context.flushId })];
      }
      case "words":
        return [tell(channel, { ...timestampsEvent(event.words), flush_id: context.flushId })];
      case "flushed":
        return flushesDone(channel, context.flush(event.lastIndex));
      case "sentence_ended":
        return flushesDone(channel, context.endSentence(event.index));
      case "utterance_ended":
        context.isSpoken = event.outcome === "completed";
        return [];
      default:
        // Cartesia has no words for it.
        return [];
    }
  }

  channelEnded(channel: string): string[] {
    const context = this.#contexts.get(channel);
    this.#contexts.delete(channel);
    if (context === undefined || context.isOver) return [];
    if (context.isComplete) return [tell(channel, doneEvent())];
    const message = "the server is about to stop, and has cut the context off";
    return [tell(channel, finalError({ code: "overloaded", message }, context))];
  }

  closeCode(end: SessionEnd): number | undefined {
    return end === "idle_timeout" ? NORMAL_CLOSURE : undefined;
  }

  #decode(message: Message): readonly Decoded[] {
    const id = readContextId(message);
    if (message.cancel === true) return this.#cancel(required(id, "context_id"));
    const input = readInput(message);
    if (id !== undefined && this.#interrupted.has(id)) return this.#skip(id, input);
    const context = id === undefined ? undefined : this.#contexts.get(id);
    if (context === undefined) return this.#open(id, input, message);
    if (context.isFinished) return tooLate(id!, input, context);
    checkShared(message, context.shared);
    return speak(id!, context, input);
  }

  #open(named: string | undefined, input: ContextInput, message: Message): readonly Decoded[] {
    if (named === undefined && !input.isLast) throw bad("context_id", "is needed to continue");
    const { names, lead, newContextInterrupts, now, createId } = this.#options;
    const id = named ?? createId();
    const open = readOpening(message, names, lead);
    const stop = newContextInterrupts ? this.#interruptAll() : [];
    if (stop.length === 0 && this.#contexts.size >= MAX_CONTEXTS) return [tooMany(id)];
    const context = new Context({ shared: sharedFields(message), now });
    this.#contexts.set(id, context);
    return [...stop, { open, channel: id }, ...speak(id, context, input)];
  }

  #cancel(id: string): readonly Decoded[] {
    this.#interrupted.delete(id);
    const context = this.#contexts.get(id);
    // Its end and the client's message may have crossed.
    return context === undefined ? [] : stopped(id, context);
  }

  #interruptAll(): readonly Decoded[] {
    return [...this.#contexts].flatMap(([id, context]) => {
      if (!context.isFinished) this.#remember(id);
      return stopped(id, context);
    });
  }

  #remember(id: string): void {
    this.#interrupted.add(id);
    if (this.#interrupted.size <= MAX_CONTEXTS) return;
    for (const oldest of this.#interrupted) {
      this.#interrupted.delete(oldest);
      break;
    }
  }

  /**
   * What still comes for an interrupted context. After its last message the id can be used again; who
   * has used it again already is told that nothing more will come.
   */
  #skip(id: string, { isLast }: ContextInput): readonly Decoded[] {
    if (!isLast) return [];
    this.#interrupted.delete(id);
    return [{ reply: [tell(id, doneEvent())] }];
  }

  /** A context is over with the first error that is told of it. */
  #tellProblem(problem: Problem, channel: string): string[] {
    if (channel === MAIN) return tellConnection(problem);
    const context = this.#contexts.get(channel);
    if (context?.isOver) return [];
    if (context !== undefined) context.isOver = true;
    // A message was refused before it could open a session: the end of one will not come.
    if (context?.sessionId === undefined) this.#contexts.delete(channel);
    return [tell(channel, finalError(problem, context))];
  }
}

function finalError(problem: Problem, context: Context | undefined): object {
  return errorEvent(problem, { isLast: true, requestId: context?.sessionId });
}

function tellConnection(problem: Problem): string[] {
  // That a connection is closed when it was not used is no failure, and clients take errors for one.
  return problem.code === "idle_timeout" ? [] : [JSON.stringify(finalError(problem, undefined))];
}

function tell(context_id: string, event: object): string {
  return JSON.stringify({ ...event, context_id });
}

function flushesDone(channel: string, flushIds: readonly number[]): string[] {
  return flushIds.map((flushId) => tell(channel, flushDoneEvent(flushId)));
}

/** What a message's text asks of its context's session. */
function speak(
  channel: string,
  context: Context,
  { text, isFlush, isLast }: ContextInput,
): Decoded[] {
  if (isFlush) context.checkFlushes();
  const items: Decoded[] = [];
  if (text !== "") {
    context.hasText = true;
    items.push({ command: { type: "text", text, final: false }, channel });
  }
  if (isFlush && context.hasText) items.push({ command: { type: "flush" }, channel });
  else if (isFlush) items.push({ reply: flushesDone(channel, context.flush(-1)) });
  if (isLast) {
    context.isFinished = true;
    items.push({ command: { type: "close" }, channel });
  }
  return items;
}

function stopped(channel: string, context: Context): Decoded[] {
  context.isStopped = true;
  return [
    { command: { type: "barge_in" }, channel },
    { command: { type: "close" }, channel },
  ];
}

/** Text after the last: what was to be spoken goes on. */
function tooLate(channel: string, { text }: ContextInput, { sessionId }: Context): Decoded[] {
  if (text.trim() === "") return [];
  const problem: Problem = {
    code: "utterance_ended",
    message: "the context takes no more text after a message without continue",
    field: "context_id",
  };
  const error = errorEvent(problem, { isLast: false, requestId: sessionId });
  return [{ reply: [tell(channel, error)] }];
}

function tooMany(channel: string): Decoded {
  const problem: Problem = {
    code: "session_limit",
    message: `a connection may have ${MAX_CONTEXTS} contexts at a time`,
    field: "context_id",
    limit: MAX_CONTEXTS,
  };
  return { problem, channel };
}

function refused(parameter: BadParameter, message: Message): Decoded {
  const { field, limit } = parameter;
  const problem: Problem = {
    code: "bad_message",
    message: messageOf(parameter),
    field,
    ...(limit === undefined ? {} : { limit }),
  };
  const id = attempt(() => ({ channel: readContextId(message) ?? MAIN }));
  return { problem, channel: "channel" in id ? id.channel : MAIN };
}
