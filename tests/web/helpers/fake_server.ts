import type { ClientMessage, ServerMessage } from "../../../src/web/client/messages.ts";
import type { WebSocketLike } from "../../../src/web/client/options.ts";

/** Audio of one character, in ms. */
export const CHARACTER_MS = 10;

/** Rate of its audio, in Hz. */
const RATE = 8_000;

/** Audio of one binary message, in ms. */
const FRAME_MS = 20;

const HEADER_BYTES = 12;

/** An utterance as a connection knows it. */
interface Told {
  readonly id: string;
  readonly number: number;
  text: string;
  isFinal: boolean;
  /** The text before this was spoken. */
  spoken: number;
  ms: number;
  /** Where its sentences end, in its text and in its audio. */
  readonly ends: { readonly end: number; readonly ms: number }[];
}

/**
 * A server without a clock: it speaks one message further whenever it is told to. A sentence is what
 * ends with a full stop, or all there is when no more text comes.
 */
export class FakeServer {
  /** All connections so far. */
  readonly sockets: FakeSocket[] = [];
  /** Whether connections are taken. */
  isUp = true;

  /** A class as the library takes it. */
  get WebSocket(): new (url: string, protocols: string[]) => FakeSocket {
    // deno-lint-ignore no-this-alias
    const server = this;
    return class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        server.sockets.push(this);
        queueMicrotask(() => server.isUp ? this.greet() : this.fail());
      }
    };
  }

  /** The latest connection. */
  get socket(): FakeSocket {
    return this.sockets.at(-1)!;
  }
}

/** The server's side of one connection. */
export class FakeSocket implements WebSocketLike {
  binaryType = "";
  readyState = 0;
  /** What the client sent. */
  readonly received: ClientMessage[] = [];
  /** Codes with which the next texts are refused, one each. */
  readonly refusals: string[] = [];
  readonly url: string;
  readonly protocols: string[];
  readonly #listeners: Record<string, (event: never) => void> = {};
  readonly #utterances: Told[] = [];
  #opened = 0;
  #steps: Generator<void> | undefined;

  constructor(url: string, protocols: string[]) {
    this.url = url;
    this.protocols = protocols;
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners[type] = listener;
  }

  greet(): void {
    this.readyState = 1;
    this.tell({
      type: "session_started",
      session_id: "s",
      voice: "one",
      speed: 1,
      encoding: "pcm_s16le",
      sample_rate: RATE,
      lead_ms: 300,
      limits: {
        max_text_characters: 10_000,
        max_pending_characters: 100_000,
        max_message_bytes: 131_072,
        max_messages_per_second: 500,
      },
    });
  }

  /** The connection breaks. */
  fail(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#emit("close", {});
  }

  close(): void {
    this.fail();
  }

  send(data: string): void {
    const message = JSON.parse(data) as ClientMessage;
    this.received.push(message);
    // A server answers later than at once.
    queueMicrotask(() => this.#answer(message));
  }

  /** Tells the client something. */
  tell(message: ServerMessage): void {
    if (this.readyState === 1) this.#emit("message", { data: JSON.stringify(message) });
  }

  /** Speaks one message further; false when there is nothing to say. */
  step(): boolean {
    if (this.readyState !== 1) return false;
    this.#steps ??= this.#speak();
    if (this.#steps.next().done !== true) return true;
    this.#steps = undefined;
    return false;
  }

  #answer(message: ClientMessage): void {
    switch (message.type) {
      case "ping":
        return this.tell({ type: "pong", id: message.id });
      case "text":
        return this.#take(message.utterance_id, message.text, message.final);
      case "end":
        return this.#take(message.utterance_id, "", true);
      case "barge_in":
        return this.#stop(message.utterance_id, message.played_ms ?? 0);
    }
  }

  /** Stops one utterance or all; of the one being heard the whole sentences were heard. */
  #stop(id: string | undefined, playedMs: number): void {
    const stopped = this.#utterances.filter((told) => id === undefined || told.id === id);
    const heard = this.received.findLast((message) => message.type === "playback")?.utterance_id;
    this.tell({
      type: "barge_in",
      played_ms: playedMs,
      utterances: stopped.map((told) => {
        const end = told.ends.findLast(({ ms }) => told.id === heard && ms <= playedMs)?.end ?? 0;
        const [heard_text, unheard_text] = [told.text.slice(0, end), told.text.slice(end)];
        return { utterance_id: told.id, played_ms: playedMs, heard_text, unheard_text };
      }),
    });
    for (const told of stopped) {
      this.#utterances.splice(this.#utterances.indexOf(told), 1);
      this.tell({ type: "utterance_ended", utterance_id: told.id, outcome: "interrupted" });
    }
    this.#steps = undefined;
  }

  #take(id: string, text: string, isFinal: boolean): void {
    const code = this.refusals.shift();
    if (code !== undefined) {
      return this.tell({ type: "error", code, message: code, retry_after_ms: 100, fatal: false });
    }
    let told = this.#utterances.find((told) => told.id === id);
    if (told === undefined) {
      const number = ++this.#opened;
      told = { id, number, text: "", isFinal: false, spoken: 0, ms: 0, ends: [] };
      this.#utterances.push(told);
      this.tell({ type: "utterance_started", utterance_id: id, number });
    }
    told.text += text;
    told.isFinal ||= isFinal;
  }

  /** Everything that can be said now, a message at a time. */
  *#speak(): Generator<void> {
    for (const told of this.#utterances) {
      for (let end = endOfSentence(told); end !== undefined; end = endOfSentence(told)) {
        yield* this.#speakSentence(told, end);
      }
      if (!told.isFinal) return;
      if (told.spoken === Infinity) continue;
      told.spoken = Infinity;
      this.tell({ type: "utterance_ended", utterance_id: told.id, outcome: "completed" });
      yield;
    }
  }

  *#speakSentence(told: Told, end: number): Generator<void> {
    const start = told.spoken + (told.text.slice(told.spoken).match(/^\s*/)?.[0].length ?? 0);
    const index = told.ends.length;
    const durationMs = (end - start) * CHARACTER_MS;
    const utterance_id = told.id;
    this.tell({
      type: "sentence_started",
      utterance_id,
      index,
      text: told.text.slice(start, end),
      source_start: start,
      source_end: end,
      offset_ms: told.ms,
    });
    yield;
    for (let ms = 0; ms < durationMs; ms += FRAME_MS) {
      this.#sendAudio(told.number, Math.min(FRAME_MS, durationMs - ms));
      yield;
    }
    told.ms += durationMs;
    told.spoken = end;
    told.ends.push({ end, ms: told.ms });
    this.tell({
      type: "sentence_ended",
      utterance_id,
      index,
      duration_ms: durationMs,
      status: "completed",
    });
    yield;
  }

  #sendAudio(number: number, ms: number): void {
    const data = new ArrayBuffer(HEADER_BYTES + 2 * ms * RATE / 1_000);
    new DataView(data).setUint32(0, number, true);
    this.#emit("message", { data });
  }

  #emit(type: string, event: object): void {
    this.#listeners[type]?.(event as never);
  }
}

/** Where the next sentence ends; undefined when there is none yet. */
function endOfSentence({ text, spoken, isFinal }: Told): number | undefined {
  const stop = text.indexOf(".", spoken);
  if (stop >= 0) return stop + 1;
  return isFinal && text.slice(spoken).trim() !== "" ? text.length : undefined;
}
