/**
 * Listeners of a crowd, on bare sockets: thousands of them must cost less than what they measure. So
 * only some look at what they get; the others take it off the socket now and then.
 *
 * @module
 */

import { BYTES_PER_MS } from "./crowd_audio.ts";
import { BINARY, clientFrame, CLOSE, FrameReader, TEXT } from "./crowd_frames.ts";

/** What the listeners that look have seen, in ms. */
export interface Seen {
  /** From a control message out to its answer in. */
  readonly controlMs: number[];
  /** From the text out to the first audio in, each time when nothing was being said. */
  readonly firstAudioMs: number[];
  /** How much later each message came than the earliest so far would let expect. */
  readonly latenessMs: number[];
  /** Listeners that ran dry for longer than a player's own buffer hides. */
  gaps: number;
  /** Audio of an interrupted utterance that came after the report. */
  framesAfter: number;
  /** Connections that ended. */
  closed: number;
}

/** A buffer that is dry for longer is a gap that can be heard, in ms. */
const AUDIBLE_MS = 50;

/** Time in which an interrupted utterance must stay silent before the next is asked for, in ms. */
const SILENCE_MS = 20;

const SHARED_BYTES = 1 << 18;
const OWN_BYTES = 1 << 14;

/** Ten seconds of speech, as the server reckons. */
const REPLY = "This is a sentence that is neither long nor short. ".repeat(3) + "And so on. ";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What a listener says, by the kind of server that it listens to. */
export interface Words {
  readonly path: string;
  /** Has about ten seconds of audio said; nothing where audio comes by itself. */
  readonly reply?: Uint8Array<ArrayBuffer>;
  readonly control: Uint8Array<ArrayBuffer>;
  /** How the answer to `control` begins. */
  readonly answer: string;
}

/** A session of Syrinx. */
export const SYRINX: Words = {
  path: "/v1/session?sample_rate=16000",
  reply: clientFrame(TEXT, JSON.stringify({ type: "text", text: REPLY, final: true })),
  control: clientFrame(TEXT, `{"type":"barge_in"}`),
  answer: `{"type":"barge_in"`,
};

/** The raw server sends by itself, and control messages come back as they are. */
export const RAW: Words = { path: "/", control: SYRINX.control, answer: SYRINX.answer };

/** A connection that was let in, and what came with the answer. */
interface Opened {
  readonly connection: Deno.TcpConn;
  readonly rest: Uint8Array;
}

/** Opens a WebSocket (RFC 6455, 4.1). */
export async function open(port: number, { path }: Words): Promise<Opened> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay(true);
  await connection.write(encoder.encode(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  ));
  const bytes = new Uint8Array(4_096);
  const length = await connection.read(bytes) ?? 0;
  const head = decoder.decode(bytes.subarray(0, length));
  if (!head.startsWith("HTTP/1.1 101")) throw new Error(`refused: ${head}`);
  return { connection, rest: bytes.subarray(head.indexOf("\r\n\r\n") + 4, length) };
}

/** One that does not look: what has come is thrown away when it is told to. */
export class Sink {
  /** Nobody reads what is in it. */
  static readonly #bytes = new Uint8Array(SHARED_BYTES);
  readonly #connection: Deno.TcpConn;
  readonly #seen: Seen;
  #isReading = false;

  constructor({ connection }: Opened, seen: Seen) {
    this.#connection = connection;
    this.#seen = seen;
  }

  send(frame: Uint8Array): void {
    this.#connection.write(frame).catch(() => {});
  }

  async drain(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      if (await this.#connection.read(Sink.#bytes) === null) throw new Error("closed");
      this.#isReading = false;
    } catch {
      this.#seen.closed++;
    }
  }
}

/** One that looks at every message as it comes. */
export class Watcher {
  readonly #connection: Deno.TcpConn;
  readonly #words: Words;
  readonly #seen: Seen;
  readonly #reader: FrameReader;
  #saidAt: number | undefined;
  #askedAt: number | undefined;
  #isInterrupted = false;
  /** When what has come will have been heard; 0 before the first audio. */
  #heardAt = 0;
  /** Audio so far, and the least of the times at which it was there before it, in ms. */
  #audioMs = 0;
  #earliest = Infinity;

  constructor({ connection, rest }: Opened, words: Words, seen: Seen) {
    this.#connection = connection;
    this.#words = words;
    this.#seen = seen;
    this.#reader = new FrameReader((opcode, payload) => this.#take(opcode, payload));
    this.#read(rest);
  }

  send(frame: Uint8Array): void {
    this.#connection.write(frame).catch(() => {});
  }

  /** Has a reply said while nothing is. */
  begin(): void {
    const { reply } = this.#words;
    this.#isInterrupted = false;
    this.#heardAt = this.#audioMs = 0;
    this.#earliest = Infinity;
    if (reply === undefined) return;
    this.#saidAt = performance.now();
    this.send(reply);
    this.send(reply);
  }

  /** Sends a control message, unless one has no answer yet. */
  interrupt(): void {
    if (this.#askedAt !== undefined || this.#isInterrupted) return;
    this.#askedAt = performance.now();
    this.send(this.#words.control);
  }

  /** Counts a control message that is still without its answer. */
  giveUp(): void {
    if (this.#askedAt !== undefined) this.#seen.controlMs.push(performance.now() - this.#askedAt);
  }

  async #read(rest: Uint8Array): Promise<void> {
    const bytes = new Uint8Array(OWN_BYTES);
    try {
      this.#reader.take(rest);
      for (;;) {
        const length = await this.#connection.read(bytes);
        if (length === null) break;
        this.#reader.take(bytes.subarray(0, length));
      }
    } catch {
      // It is over either way.
    }
    this.#seen.closed++;
  }

  #take(opcode: number, payload: Uint8Array): void {
    if (opcode === BINARY) this.#hear(payload.length / BYTES_PER_MS);
    else if (opcode === TEXT && this.#askedAt !== undefined) this.#note(decoder.decode(payload));
    else if (opcode === CLOSE) this.#connection.close();
  }

  #note(message: string): void {
    if (!message.startsWith(this.#words.answer)) return;
    this.#seen.controlMs.push(performance.now() - this.#askedAt!);
    this.#askedAt = undefined;
    if (this.#words.reply === undefined) return;
    this.#isInterrupted = true;
    setTimeout(() => this.begin(), SILENCE_MS);
  }

  #hear(ms: number): void {
    const now = performance.now();
    if (this.#isInterrupted) this.#seen.framesAfter++;
    if (this.#saidAt !== undefined) this.#seen.firstAudioMs.push(now - this.#saidAt);
    this.#saidAt = undefined;
    if (this.#heardAt > 0 && now > this.#heardAt + AUDIBLE_MS) this.#seen.gaps++;
    this.#heardAt = Math.max(now, this.#heardAt) + ms;
    this.#audioMs += ms;
    // Until the lead is full each message comes earlier than the one before, and none is late.
    this.#earliest = Math.min(this.#earliest, now - this.#audioMs);
    this.#seen.latenessMs.push(now - this.#audioMs - this.#earliest);
  }
}
