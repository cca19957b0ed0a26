/**
 * Speech as the answer to one HTTP request: a session with one utterance, whose audio is the body,
 * streamed from its first sentence on and as fast as the client takes it.
 *
 * @module
 */

import type { ChannelRequest, Message, WireEvent } from "../dialects/dialect.ts";
import type { Session } from "../speech/session.ts";
import type { Problem, SessionEnd } from "../speech/types.ts";
import { Channel, type CreateEncoder } from "./channel.ts";
import type { Guest } from "./connections.ts";
import type { Door } from "./door.ts";
import type { Visitor } from "./gate.ts";
import { type HttpRefusal, refusalOf, type Refuse, unavailable } from "./refusal.ts";
import { traceparentOf } from "./trace_header.ts";

/** How the body is written. */
export interface SpeechBody {
  readonly contentType: string;
  /** What of the body an event brings. */
  encode(event: WireEvent): readonly Message[];
  /**
   * What a body ends with when something goes wrong after its begin.
   * @default {it breaks off}
   */
  encodeProblem?(problem: Problem): readonly Message[];
}

/** What was asked, and by whom. */
export interface Asked {
  readonly request: Request;
  readonly visitor: Visitor | undefined;
}

/** What is to be said, and how. */
export interface SpeechOrder {
  readonly text: string;
  /** The request's field that has the text, for whoever is told that it cannot be spoken. */
  readonly textField: string;
  /**
   * Whether a text with nothing to speak in it is refused; else the answer is an empty file.
   * @default {false}
   */
  readonly refusesSilence?: boolean;
  readonly channel: ChannelRequest;
  readonly createEncoder: CreateEncoder;
  readonly body: SpeechBody;
  /** The protocol, as metrics and logs call it. */
  readonly dialect: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly refuse: Refuse;
}

/** The audio and nothing else. */
export function audioBody(contentType: string): SpeechBody {
  return {
    contentType,
    encode: (event) => event.type === "audio" ? [event.bytes] : [],
  };
}

/**
 * Answers when the first audio is there, or when it is clear that none will come. What goes wrong
 * later is told by the body or breaks it off, so that no one takes a part for the whole.
 */
export async function speechResponse(
  door: Door,
  { request, visitor }: Asked,
  order: SpeechOrder,
): Promise<Response> {
  const full = door.fullness({ counts: true, visitor });
  if (full !== undefined) return order.refuse(full);
  const traceparent = order.channel.traceparent ?? traceparentOf(request);
  const answer = new SpeechAnswer(door, visitor, {
    ...order,
    channel: { ...order.channel, traceparent },
  });
  const leave = () => answer.leave();
  request.signal.addEventListener("abort", leave, { once: true });
  const refusal = await answer.speak();
  if (refusal !== undefined) return order.refuse(refusal);
  return new Response(answer.body, {
    headers: { "content-type": order.body.contentType, ...order.headers },
  });
}

/** Bytes that may wait in the body before the session is told that its client is slow. */
const BODY_BYTES = 65_536;

/** Why an answer is cut off by nothing that was wrong with it. */
const STOPPING = "the server is about to stop";

class SpeechAnswer implements Guest {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #door: Door;
  readonly #visitor: Visitor | undefined;
  readonly #order: SpeechOrder;
  readonly #channel: Channel;
  readonly #started = Promise.withResolvers<HttpRefusal | undefined>();
  readonly #text = new TextEncoder();
  #controller!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #session: Session | undefined;
  #problem: Problem | undefined;
  #hasAudio = false;
  #isOver = false;

  constructor(door: Door, visitor: Visitor | undefined, order: SpeechOrder) {
    this.#door = door;
    this.#visitor = visitor;
    this.#order = order;
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#controller = controller),
      cancel: () => this.leave(),
    }, {
      highWaterMark: BODY_BYTES,
      size: (part) => part.length,
    });
    this.#channel = new Channel({
      createEncoder: () => order.createEncoder(order.channel),
      write: (event) => this.#write(event),
      bufferedBytes: () => this.bufferedBytes,
      onError: (error) => this.#fail(error),
    });
  }

  get sessions(): readonly Session[] {
    return this.#session === undefined || this.#isOver ? [] : [this.#session];
  }

  get bufferedBytes(): number {
    return this.#isOver ? 0 : BODY_BYTES - (this.#controller.desiredSize ?? BODY_BYTES);
  }

  dismiss(): void {
    // It always has a session, which ends when all is said.
  }

  /** Says the text. Resolves when the first audio is there, or with the reason why none will be. */
  speak(): Promise<HttpRefusal | undefined> {
    const { options } = this.#door;
    const { dialect, channel, text } = this.#order;
    options.connections.add(this, this.#visitor);
    const { session } = this.#door.openSession(
      dialect,
      channel,
      this.#channel,
      (end) => this.#end(end),
      this.#visitor,
    );
    this.#session = this.#channel.open(session).session;
    options.connections.admit(this, session);
    const now = options.context.clock.now();
    const say = () => {
      session.execute({ type: "text", text, final: true }, now);
      session.execute({ type: "close" }, now);
    };
    options.timeShares.measure(this.#visitor, () => options.scopes.message(session.id, say));
    return this.#started.promise;
  }

  /** The client is gone. Idempotent. */
  leave(): void {
    if (this.#isOver) return;
    this.#session?.leave("gone");
    this.#started.resolve(unavailable({ message: "the client has left" }));
    this.#close();
  }

  #write(event: WireEvent): void {
    if (this.#isOver) return;
    if (event.type === "error") return this.#note(event.problem);
    if (event.type === "utterance_ended" && this.#isSilence(event)) this.#beSilent();
    for (const part of this.#order.body.encode(event)) this.#enqueue(part);
    if (event.type !== "audio") return;
    this.#hasAudio = true;
    this.#started.resolve(undefined);
  }

  /** Whether there was nothing to speak in all of the text. */
  #isSilence({ outcome }: Extract<WireEvent, { type: "utterance_ended" }>): boolean {
    return outcome === "completed" && !this.#hasAudio && this.#problem === undefined;
  }

  #beSilent(): void {
    const { refusesSilence, textField: field, createEncoder, channel } = this.#order;
    if (refusesSilence) {
      const message = `${field} has nothing in it that can be spoken`;
      return this.#note({ code: "bad_message", message, field });
    }
    const encoder = createEncoder(channel);
    const bytes = encoder.finish?.() ?? new Uint8Array(0);
    encoder.close();
    if (bytes.length === 0) return;
    const place = { utteranceNumber: 1, sentenceIndex: 0, offsetMs: 0 };
    this.#write({ type: "audio", ...place, bytes, samples: 0 });
  }

  #enqueue(part: Message): void {
    this.#controller.enqueue(typeof part === "string" ? this.#text.encode(part) : part);
  }

  /** Any problem ends the answer: half of a text is not what was asked for. */
  #note(problem: Problem): void {
    this.#problem ??= problem;
    this.#started.resolve(refusalOf(inFieldsOf(this.#order, problem)));
    // Not from inside of what the session is doing.
    queueMicrotask(() => this.#session?.end(problem.code));
  }

  #end(end: SessionEnd): void {
    if (this.#isOver) return;
    const isWhole = this.#problem === undefined && end === "finished";
    this.#started.resolve(isWhole ? undefined : unavailable({ message: STOPPING }));
    if (isWhole) this.#controller.close();
    else this.#closeWith(this.#problem ?? { code: "overloaded", message: STOPPING });
    this.#close();
  }

  /** What was sent is not the whole: the body tells why, or breaks off. */
  #closeWith(problem: Problem): void {
    const { body } = this.#order;
    if (body.encodeProblem === undefined) {
      return this.#controller.error(brokenOff(problem));
    }
    for (const part of body.encodeProblem(problem)) this.#enqueue(part);
    this.#controller.close();
  }

  #close(): void {
    this.#isOver = true;
    this.#channel.close();
    this.#door.options.connections.remove(this);
  }

  #fail(error: unknown): void {
    this.#door.options.onInternalError(error);
    this.#note({ code: "internal", message: "the server failed; this was logged" });
  }
}

/** The core does not know what a request calls its text. */
function inFieldsOf({ text, textField: field }: SpeechOrder, problem: Problem): Problem {
  const { code, limit } = problem;
  if (problem.field !== "text") return problem;
  if (code !== "text_too_long") return { ...problem, field };
  const message = `${field} may have ${limit} characters; it has ${text.length}`;
  return { ...problem, field, message };
}

/** The runtime prints the reason, and whoever reads it has no use for the stack. */
function brokenOff({ message }: Problem): Error {
  const error = new Error(`an answer broke off: ${message}`);
  error.stack = error.message;
  return error;
}
