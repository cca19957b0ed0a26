/**
 * What is said over one connection: text out, and what comes back to where it belongs.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../../lib/clock.ts";
import type { AudioChunk, SessionEvents } from "./api.ts";
import { createDecoder, type Decoder } from "./decoder.ts";
import type { Conversation } from "./conversation.ts";
import { deferred } from "./deferred.ts";
import { SyrinxError } from "./errors.ts";
import type { Link, LinkReceiver } from "./link.ts";
import type { BargeIn, ClientMessage, ServerMessage } from "./messages.ts";
import type { Part } from "./part.ts";
import type { Playback } from "./playback.ts";
import { Requests } from "./requests.ts";
import { Roster, type Said } from "./roster.ts";
import { TextSender } from "./text_sender.ts";
import type { SpokenUtterance } from "./utterance.ts";

/** Options of {@linkcode Delivery}. */
export interface DeliveryOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly playback: Playback;
  readonly conversation: Conversation;
  readonly onAudio: ((chunk: AudioChunk) => void) | undefined;
  /** The server will not take the utterance's text; the error has been told. */
  readonly onRefused: (utterance: SpokenUtterance) => void;
  readonly emit: <Type extends "warning" | "error">(
    type: Type,
    event: SessionEvents[Type],
  ) => void;
  /** The connection is gone. */
  readonly onLost: (how: LostHow) => void;
}

/** How a connection came to its end. */
export interface LostHow {
  /** The server let an idle session go. */
  readonly isIdle: boolean;
  /** Something was said over it, or it held long. */
  readonly wasOfUse: boolean;
}

/** Bytes before the audio of a binary message. */
const HEADER_BYTES = 12;

/** How often it is asked whether the server is still there while something is being said, in ms. */
const HEARTBEAT_MS = 5_000;

/** A connection that held so long was of use, in ms. */
const USEFUL_MS = 10_000;

/** Longest wait for what the server says to an interruption, in ms. */
const BARGE_IN_MS = 1_000;

/** See the module. */
export class Delivery implements LinkReceiver {
  readonly #options: DeliveryOptions;
  readonly #decoder: Decoder;
  readonly #requests: Requests;
  readonly #sender: TextSender;
  readonly #cancelHeartbeat: CancelTimer;
  readonly #openedAt: number;
  readonly #roster = new Roster();
  /** Those who wait for the answer to an interruption, in order. */
  readonly #bargeIns: ((report: BargeIn | undefined) => void)[] = [];
  #isIdle = false;
  #hasSaid = false;

  constructor(options: DeliveryOptions) {
    const { link, clock, conversation } = options;
    const { greeting } = link;
    this.#options = options;
    this.#openedAt = clock.now();
    this.#decoder = createDecoder(greeting.encoding, greeting.sample_rate, (cause) => {
      options.emit("error", new SyrinxError("bad_audio", "audio cannot be decoded", { cause }));
      link.drop();
    });
    this.#requests = new Requests({
      clock,
      send: (message) => link.send(message),
      maxMessagesPerSecond: greeting.limits.max_messages_per_second,
      onDead: () => link.drop(),
    });
    this.#sender = new TextSender({
      greeting,
      requests: this.#requests,
      clock,
      utterances: conversation.utterances,
      open: (utterance) => this.#open(utterance),
      onRefused: options.onRefused,
    });
    this.#cancelHeartbeat = clock.every(HEARTBEAT_MS, () => {
      if (conversation.hasUnsaid) this.#requests.ask();
    });
  }

  /** Sends what there is to send. To be called when there may be more. */
  wake(): void {
    this.#sender.wake();
  }

  /** Sends no text until {@linkcode bargeIn} is called. */
  hold(): void {
    this.#sender.hold();
  }

  send(message: ClientMessage): void {
    this.#options.link.send(message);
  }

  /** An utterance is over: what still comes of it goes nowhere. */
  forget(utterance: SpokenUtterance): void {
    this.#roster.forget(utterance);
  }

  /** Tells the server where the listener is, if the part is of this connection. */
  tellPosition(utterance: SpokenUtterance, part: Part): void {
    const said = this.#roster.byId(utterance.id);
    if (said?.part !== part || !part.isKnown) return;
    this.send({ type: "playback", utterance_id: utterance.id, played_ms: exact(part.playedMs) });
  }

  /**
   * Tells the server that the listener interrupts: all, or one. Resolves with what it says to it;
   * undefined when it does not.
   */
  async bargeIn(utterance: SpokenUtterance | undefined): Promise<BargeIn | undefined> {
    const isTold = this.#tellBargeIn(utterance);
    this.#sender.release();
    if (!isTold) return undefined;
    const { promise, resolve } = deferred<BargeIn | undefined>();
    this.#bargeIns.push(resolve);
    const cancel = this.#options.clock.after(BARGE_IN_MS, () => resolve(undefined));
    const report = await promise;
    cancel();
    return report;
  }

  /** The position in the utterance's text up to which it was heard, by the server's word. */
  heardEnd(report: BargeIn | undefined, utterance: SpokenUtterance): number | undefined {
    const said = report?.utterances.find(({ utterance_id }) => utterance_id === utterance.id);
    const part = this.#roster.byId(utterance.id)?.part;
    if (said === undefined || part === undefined || said.heard_text === "") return undefined;
    return part.start + said.heard_text.length;
  }

  /** Ends it from this side. */
  close(): void {
    this.#options.link.close();
    this.#end();
    this.#decoder.close();
  }

  lose(): void {
    this.#end();
    const heldMs = this.#options.clock.now() - this.#openedAt;
    const wasOfUse = this.#hasSaid || heldMs >= USEFUL_MS;
    const how = { isIdle: this.#isIdle, wasOfUse };
    // Audio that is being decoded belongs to what was said.
    this.#decoder.after(() => {
      this.#decoder.close();
      this.#options.onLost(how);
    });
  }

  receiveAudio(data: ArrayBuffer): void {
    const header = new DataView(data, 0, HEADER_BYTES);
    const said = this.#roster.byNumber(header.getUint32(0, true));
    if (said === undefined || said.utterance.isOver) return;
    const index = said.part.incomplete?.index ?? 0;
    this.#decoder.decode(new Uint8Array(data, HEADER_BYTES), (pcm, sampleRate) => {
      this.#play(said, index, pcm, sampleRate);
    });
  }

  receive(message: ServerMessage): void {
    this.#requests.note(message);
    switch (message.type) {
      case "utterance_started":
        return this.#roster.noteOpened(message.utterance_id, message.number);
      case "sentence_started":
      case "words":
      case "sentence_ended":
      case "utterance_ended": {
        const said = this.#roster.byId(message.utterance_id);
        if (said !== undefined && !said.utterance.isOver) this.#receiveOf(said, message);
        return;
      }
      case "barge_in":
        return this.#bargeIns.shift()?.(message);
      case "warning":
        return this.#options.emit("warning", { code: message.code, message: message.message });
      case "error":
        return this.#noteError(message.code, message.message, message.fatal);
      case "draining":
        return this.#sender.drain();
    }
  }

  #receiveOf(
    { utterance, part }: Said,
    message: Extract<ServerMessage, { utterance_id: string }>,
  ): void {
    const { playback, conversation } = this.#options;
    switch (message.type) {
      case "sentence_started":
        part.startSentence(message);
        return conversation.tellBegun(utterance, part);
      case "words":
        part.addWords(message, utterance.text);
        return conversation.tellBegun(utterance, part);
      case "sentence_ended":
        this.#hasSaid = true;
        part.endSentence(message);
        return this.#decoder.after(() => playback.complete(part.track));
      case "utterance_ended":
        // Unasked, it is the server that stops: the rest is for the next connection.
        if (message.outcome === "interrupted") return;
        utterance.end();
        return this.#decoder.after(() => playback.end(part.track));
    }
  }

  #play({ utterance, part }: Said, index: number, pcm: Int16Array<ArrayBuffer>, rate: number) {
    if (utterance.isOver) return;
    const { playback, onAudio } = this.#options;
    const atMs = part.writtenMs;
    const durationMs = pcm.length * 1_000 / rate;
    part.writtenMs += durationMs;
    playback.write(part.track, pcm, rate);
    onAudio?.({
      utterance,
      index,
      pcm,
      sampleRate: rate,
      played: (ms = durationMs) => playback.tell(part.track, atMs + Math.min(ms, durationMs)),
    });
  }

  /** False where there is nobody to tell, or nothing that the server knows of. */
  #tellBargeIn(utterance: SpokenUtterance | undefined): boolean {
    const { opened } = this.#roster;
    const current = utterance === undefined
      ? opened.findLast(({ part }) => part.playedMs > 0) ?? opened[0]
      : opened.find((said) => said.utterance === utterance);
    if (!this.#options.link.isOpen || (utterance !== undefined && current === undefined)) {
      return false;
    }
    // The position belongs to the utterance that was named last.
    if (current !== undefined) this.tellPosition(current.utterance, current.part);
    this.send({
      type: "barge_in",
      ...(utterance === undefined ? {} : { utterance_id: utterance.id }),
      ...(current === undefined ? {} : { played_ms: exact(current.part.playedMs) }),
    });
    return true;
  }

  #open(utterance: SpokenUtterance): Part {
    const part = this.#options.conversation.open(utterance);
    this.#roster.add(utterance, part);
    return part;
  }

  #noteError(code: string, message: string, fatal: boolean): void {
    // Text that is to be sent again, and a session that is opened again, are no news.
    if (code === "overloaded" || code === "rate_limited") return;
    if (code === "idle_timeout") this.#isIdle = true;
    else this.#options.emit("error", new SyrinxError(code, message));
    if (fatal) this.#options.link.drop();
  }

  #end(): void {
    this.#cancelHeartbeat();
    this.#sender.stop();
    this.#requests.close();
    for (const resolve of this.#bargeIns.splice(0)) resolve(undefined);
  }
}

/** To a microsecond: no more figures than mean something. */
function exact(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
