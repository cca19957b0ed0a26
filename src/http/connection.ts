/**
 * One WebSocket and its sessions: messages in, events out, and the end of either ends both.
 *
 * @module
 */

import {
  type ChannelRequest,
  type Decoded,
  MAIN,
  type Message,
  type WireEvent,
} from "../dialects/dialect.ts";
import type { CancelTimer } from "../lib/clock.ts";
import type { SpeechEvent } from "../speech/events.ts";
import type { Session } from "../speech/session.ts";
import type { Command, Problem, SessionEnd } from "../speech/types.ts";
import { Channel } from "./channel.ts";
import { closeCodeOf, isGoodbye } from "./close_codes.ts";
import type { Guest } from "./connections.ts";
import type { ConnectionOptions } from "./connection_options.ts";
import { Intake } from "./intake.ts";

/** Time that a client has to answer that the connection ends, in ms. */
const CLOSE_MS = 10_000;

/** Time that a client has to show its key in a message, in ms. */
const KEY_TIMEOUT_MS = 10_000;

/** The part of what was decoded that is for a session. */
type Instruction = Extract<Decoded, { readonly command: Command }>;

type Received = Extract<SpeechEvent, { type: "message_received" }>["message"];

/** Joins a socket and its sessions. */
export class Connection implements Guest {
  readonly #options: ConnectionOptions;
  readonly #intake: Intake;
  readonly #channels = new Map<string, Channel>();
  #isTrusted: boolean;
  /** Set when the connection is to end as soon as no channel is left. */
  #isFinishing = false;
  /** Runs while there is no channel. */
  #cancelTimer: CancelTimer | undefined;
  #isClosed = false;
  #hasFailed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#isTrusted = options.checkKey === undefined;
    this.#intake = new Intake(options);
    const { socket } = options;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#guard(() => this.#open());
    const { measure = (work) => work() } = options;
    socket.onmessage = ({ data }) => measure(() => this.#guard(() => this.#receive(data)));
    // A socket may report its end more than once, and an error in place of it.
    socket.onclose = (event) => this.#guard(() => this.#closed(isGoodbye(event)));
    socket.onerror = () => this.#guard(() => this.#closed(false));
  }

  get sessions(): readonly Session[] {
    return [...this.#channels.values()].map((channel) => channel.session);
  }

  get bufferedBytes(): number {
    return this.#options.socket.bufferedAmount;
  }

  /** Closes it if it has no session, otherwise as soon as its last one has ended. */
  dismiss(): void {
    this.#isFinishing = true;
    if (this.#channels.size === 0) this.#end("drained");
  }

  #open(): void {
    if (this.#isTrusted) return this.#welcome();
    this.#after(KEY_TIMEOUT_MS, () => this.#refuseStranger());
  }

  #welcome(): void {
    this.#armIdleTimer();
    if (this.#options.main !== undefined) this.#openChannel(MAIN, this.#options.main);
  }

  #openChannel(name: string, request: ChannelRequest): void {
    const { createEncoder, createSession, onGreeted, socket, outlet } = this.#options;
    this.#cancelTimer?.();
    const channel = new Channel({
      createEncoder: () => createEncoder(request),
      write: (event) => this.#write(event, name),
      bufferedBytes: () => socket.bufferedAmount + (outlet?.bufferedBytes ?? 0),
      endsOnError: request.endsOnError,
      onError: (error) => this.#fail(error),
    });
    const onEnd = (end: SessionEnd) => this.#endChannel(name, end);
    const { session, greeting } = createSession(request, channel, onEnd);
    this.#channels.set(name, channel.open(session));
    // What an outlet brings, such as a caller's voice, is worth nothing late.
    const isRead = () => socket.bufferedAmount <= greeting.limits.maxBufferedBytes;
    outlet?.attach(session, (message) => isRead() && this.#send([message]));
    this.#write(greeting, name);
    onGreeted(session);
  }

  #write(event: WireEvent, name: string): void {
    const { dialect, record, outlet } = this.#options;
    outlet?.take(event);
    if (event.type !== "audio") this.#send(dialect.encode(event, name));
    // Whether there is room for audio was asked before it was given.
    else if (outlet === undefined) this.#put(dialect.encode(event, name));
    // Before the greeting has left there is no session, but then nothing else is sent either.
    const sessionId = this.#channels.get(name)?.session.id ?? "";
    record({ type: "message_sent", sessionId, message: event.type });
  }

  #send(messages: readonly Message[]): void {
    this.#put(messages);
    const { socket, maxUnreadBytes } = this.#options;
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > maxUnreadBytes) this.#giveUp();
  }

  #put(messages: readonly Message[]): void {
    const { socket } = this.#options;
    if (socket.readyState !== WebSocket.OPEN) return;
    for (const message of messages) socket.send(message);
  }

  /** The client asks and does not read the answers. Nothing that it is told now would reach it. */
  #giveUp(): void {
    const { maxUnreadBytes: limit } = this.#options;
    const message = `more than ${limit} bytes wait to be read`;
    this.#hangUp(closeCodeOf("session_limit"), message);
    for (const session of this.sessions) {
      session.fail({ code: "session_limit", message, limit });
    }
  }

  #receive(data: string | ArrayBuffer): void {
    const { clock, socket, dialect } = this.#options;
    const now = clock.now();
    if (this.#isClosed || socket.readyState !== WebSocket.OPEN) return;
    const tooLarge = this.#intake.checkSize(data);
    if (tooLarge !== undefined) return this.#refuseSize(tooLarge);
    const message = typeof data === "string" ? data : new Uint8Array(data);
    for (const item of this.#intake.read(message, dialect)) this.#carryOut(item, now);
  }

  #refuseSize(problem: Problem): void {
    this.#noteReceived(MAIN, problem.code);
    this.#failAll(problem);
  }

  #carryOut(item: Decoded, now: number): void {
    if ("key" in item) return this.#checkKey(item.key);
    if (!this.#isTrusted) return this.#refuseStranger();
    if ("problem" in item) return this.#refuse(item.problem, item.channel ?? MAIN);
    if ("command" in item) return this.#execute(item, now);
    this.#intake.noteGood();
    if ("open" in item) this.#openChannel(item.channel, item.open);
    else if ("reply" in item) this.#send(item.reply);
    else if ("finish" in item) this.#finish(now);
    else this.#hangUp(item.hangUp, item.reason);
  }

  #execute({ command, channel = MAIN }: Instruction, now: number): void {
    const session = this.#channels.get(channel)?.session;
    if (session === undefined) return;
    const execute = () => {
      const text = command.type === "text" ? command.text : undefined;
      this.#noteReceived(channel, command.type, text);
      const problem = session.execute(command, now);
      if (problem === undefined) return this.#intake.noteGood();
      const last = this.#intake.noteBad(problem);
      if (last !== undefined) this.#failAll(last);
    };
    this.#options.scopes.message(session.id, () => this.#guard(execute));
  }

  #noteReceived(channel: string, message: Received, text?: string): void {
    this.#options.record({
      type: "message_received",
      sessionId: this.#channels.get(channel)?.session.id ?? "",
      message,
      ...(text === undefined ? {} : { text }),
    });
  }

  #refuse(problem: Problem, channel: string): void {
    this.#noteReceived(channel, problem.code);
    const last = this.#intake.noteBad(problem);
    if (last !== undefined) return this.#failAll(last);
    const session = this.#channels.get(channel)?.session;
    if (session !== undefined) session.refuse(problem);
    else this.#write({ type: "error", problem, fatal: false }, channel);
  }

  #checkKey(key: string): void {
    const { checkKey } = this.#options;
    if (this.#isTrusted || checkKey === undefined) return;
    const problem = checkKey(key);
    if (problem !== undefined) return this.#failAll(problem);
    this.#isTrusted = true;
    this.#welcome();
  }

  #refuseStranger(): void {
    // The rest of the message that its key came with, which did not do.
    if (this.#isFinishing) return;
    this.#options.record({ type: "session_refused", reason: "unauthorized" });
    this.#failAll({ code: "unauthorized", message: "a valid key is needed" });
  }

  /** Ends every session, and with them the connection, for a reason that the client is told. */
  #failAll(problem: Problem): void {
    this.#isFinishing = true;
    for (const session of this.sessions) session.fail(problem);
    if (this.#options.socket.readyState !== WebSocket.OPEN) return;
    // There was no session to tell it.
    this.#write({ type: "error", problem, fatal: true }, MAIN);
    this.#end(problem.code);
  }

  #finish(now: number): void {
    this.#isFinishing = true;
    for (const session of this.sessions) session.execute({ type: "close" }, now);
    if (this.#channels.size === 0) this.#end("finished");
  }

  #endChannel(name: string, end: SessionEnd): void {
    const { dialect, main, outlet } = this.#options;
    const channel = this.#channels.get(name)!;
    outlet?.detach();
    this.#send(dialect.channelEnded?.(name) ?? []);
    this.#channels.delete(name);
    channel.close();
    if (this.#channels.size > 0) return;
    if (main !== undefined || this.#isFinishing || end === "drained") this.#end(end);
    else this.#armIdleTimer();
  }

  #armIdleTimer(): void {
    const { idleTimeoutMs } = this.#options;
    this.#after(idleTimeoutMs, () => {
      const message = `no message came for ${idleTimeoutMs} ms while nothing was being said`;
      this.#failAll({ code: "idle_timeout", message, limit: idleTimeoutMs });
    });
  }

  /** Does that after a time, and none of what was to be done before. */
  #after(ms: number, action: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.clock.after(ms, () => this.#guard(action));
  }

  #end(end: SessionEnd): void {
    const code = this.#options.dialect.closeCode?.(end) ?? closeCodeOf(end);
    this.#hangUp(code, end);
  }

  #hangUp(code: number, reason: string): void {
    const { socket } = this.#options;
    this.#cancelTimer?.();
    if (socket.readyState !== WebSocket.OPEN) return;
    // A client that reads nothing does not read this either, and the runtime would wait for ever.
    this.#after(CLOSE_MS, () => this.#closed(false));
    socket.close(code, reason);
  }

  #closed(isGoodbye: boolean): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#cancelTimer?.();
    for (const channel of this.#channels.values()) {
      channel.session.leave(isGoodbye ? "closed" : "gone");
      channel.close();
    }
    this.#channels.clear();
    this.#options.outlet?.detach();
    this.#options.onClosed();
  }

  /** A fault in one connection must reach neither the others nor the process. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const { scopes, onInternalError } = this.#options;
    // It may come of another session's doing, such as a tick that is shared.
    scopes.inSession(this.sessions[0]?.id ?? "", () => onInternalError(error));
    // Telling the client may be what failed.
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#failAll({ code: "internal", message: "the server failed; this was logged" });
  }
}
