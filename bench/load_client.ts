/**
 * One listener of a load: it has replies said to it as an LLM would write them, and interrupts some.
 * On a bare socket: a hundred of these must cost less than what they measure.
 *
 * @module
 */

/** Bytes of a millisecond of audio: 16 bit at 16 kHz. */
const BYTES_PER_MS = 32;

/** A listener's buffer that ran dry for longer is a gap that can be heard, in ms. */
const AUDIBLE_MS = 50;

/** Time between two pieces of text, in ms: about ten times as fast as they are spoken. */
const TOKEN_MS = 40;

/** What a listener has seen. */
export interface Seen {
  /** From the first sentence out to the first audio in, ms. */
  readonly firstAudioMs: number[];
  /** Gaps within a reply, ms. */
  readonly gapsMs: number[];
  /** From `barge_in` out to the report in, ms. */
  readonly bargeInMs: number[];
  /** Codes of errors. */
  readonly errors: string[];
  /** Replies that came to their end. */
  replies: number;
}

/** How a listener was let in, or not. */
export interface Answer {
  readonly status: number;
  readonly hasRetryAfter: boolean;
  /** From the request out to the answer in, ms; without the time of the connection itself. */
  readonly ms: number;
}

const SENTENCES = [
  "The first train leaves at seven in the morning.",
  "It takes about forty minutes to the coast, with two stops on the way.",
  "If you would rather sleep, there is another one at nine.",
  "Tickets are sold at the counter and by the driver.",
  "Shall I reserve a seat for you by the window?",
  "The weather should be fine until late in the afternoon.",
];

/** A random number of 0 up to, not including, `below`. */
const pick = (below: number) => Math.floor(Math.random() * below);

/** See the module. */
export class LoadClient {
  readonly answer: Answer;
  readonly #connection: Deno.TcpConn;
  readonly #seen: Seen;
  #buffer: Uint8Array;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #said = 0;
  #saidAt = 0;
  #bargedInAt = 0;
  /** When what has come will have been heard; 0 before the first audio of a reply. */
  #heardAt = 0;

  private constructor(connection: Deno.TcpConn, answer: Answer, rest: Uint8Array, seen: Seen) {
    this.#connection = connection;
    this.answer = answer;
    this.#buffer = rest;
    this.#seen = seen;
  }

  /** Knocks; one that is let in begins to listen. */
  static async open(port: number, seen: Seen): Promise<LoadClient> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay(true);
    const begun = performance.now();
    await connection.write(encoder.encode(
      `GET /v1/session?sample_rate=16000 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n` +
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ));
    const bytes = new Uint8Array(4_096);
    const length = await connection.read(bytes) ?? 0;
    const head = decoder.decode(bytes.subarray(0, length));
    const answer = {
      status: Number(head.slice(9, 12)),
      hasRetryAfter: /^retry-after: \d+/im.test(head),
      ms: performance.now() - begun,
    };
    const rest = bytes.slice(head.indexOf("\r\n\r\n") + 4, length);
    const client = new LoadClient(connection, answer, rest, seen);
    if (answer.status === 101) {
      client.#read();
      client.#timer = setTimeout(() => client.#reply(), pick(1_000));
    } else client.leave();
    return client;
  }

  /** Says goodbye (RFC 6455, 5.5.1: 1000). */
  close(): void {
    clearTimeout(this.#timer);
    this.#write(Uint8Array.of(0x88, 0x82, 0, 0, 0, 0, 3, 232));
  }

  /** Goes without a word. */
  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#connection.close();
  }

  /** Has a reply said: one sentence at once, and three to five more in pieces. */
  #reply(): void {
    const id = `r${++this.#said}`;
    this.#heardAt = this.#bargedInAt = 0;
    this.#saidAt = performance.now();
    this.#send({ type: "text", utterance_id: id, text: `${SENTENCES[pick(6)]} ` });
    const rest = Array.from({ length: 3 + pick(3) }, () => SENTENCES[pick(6)]).join(" ");
    const pieces = rest.match(/.{1,5}/g)!;
    let next = 0;
    const write = () => {
      if (next === pieces.length) return this.#send({ type: "end", utterance_id: id });
      this.#send({ type: "text", utterance_id: id, text: pieces[next++] });
      this.#timer = setTimeout(write, TOKEN_MS);
    };
    this.#timer = setTimeout(write, TOKEN_MS);
  }

  #send(message: object): void {
    const payload = encoder.encode(JSON.stringify(message));
    const head = [0x81, 0x80 | payload.length, 0, 0, 0, 0];
    this.#write(Uint8Array.from([...head, ...payload]));
  }

  #write(bytes: Uint8Array): void {
    if (!this.#isOver) this.#connection.write(bytes).catch(() => this.leave());
  }

  async #read(): Promise<void> {
    const chunk = new Uint8Array(65_536);
    try {
      this.#takeFrames();
      for (;;) {
        const length = await this.#connection.read(chunk);
        if (length === null) return this.leave();
        this.#buffer = joined(this.#buffer, chunk.subarray(0, length));
        this.#takeFrames();
      }
    } catch {
      this.leave();
    }
  }

  /** RFC 6455, 5.2: a server's frames have no mask, and are never in pieces here. */
  #takeFrames(): void {
    for (;;) {
      const bytes = this.#buffer;
      const short = bytes.length < 2 ? 127 : bytes[1]! & 127;
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (bytes.length < head) return;
      const length = short < 126 ? short : Number(
        short === 126
          ? new DataView(bytes.buffer, bytes.byteOffset).getUint16(2)
          : new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(2),
      );
      if (bytes.length < head + length) return;
      this.#buffer = bytes.subarray(head + length);
      this.#take(bytes[0]! & 15, bytes.subarray(head, head + length));
    }
  }

  #take(opcode: number, payload: Uint8Array): void {
    if (opcode === 2) this.#hear(payload.length / BYTES_PER_MS);
    else if (opcode === 1) this.#note(JSON.parse(decoder.decode(payload)));
    else if (opcode === 8) this.leave();
    else if (opcode === 9) {
      this.#write(Uint8Array.from([0x8a, 0x80 | payload.length, 0, 0, 0, 0, ...payload]));
    }
  }

  #hear(ms: number): void {
    const now = performance.now();
    if (this.#heardAt === 0) {
      this.#seen.firstAudioMs.push(now - this.#saidAt);
      this.#heardAt = now;
      // One reply in five is interrupted.
      if (pick(5) === 0) setTimeout(() => this.#interrupt(this.#said), 500 + pick(3_000));
    } else if (now > this.#heardAt + AUDIBLE_MS) this.#seen.gapsMs.push(now - this.#heardAt);
    this.#heardAt = Math.max(now, this.#heardAt) + ms;
  }

  #interrupt(reply: number): void {
    if (reply !== this.#said || this.#heardAt === 0 || this.#isOver) return;
    clearTimeout(this.#timer);
    this.#bargedInAt = performance.now();
    this.#send({ type: "barge_in" });
  }

  // deno-lint-ignore no-explicit-any
  #note(message: any): void {
    if (message.type === "error") this.#seen.errors.push(message.code);
    if (message.type === "barge_in" && this.#bargedInAt > 0) {
      this.#seen.bargeInMs.push(performance.now() - this.#bargedInAt);
    }
    if (message.type !== "utterance_ended" || this.#isOver) return;
    this.#seen.replies++;
    this.#heardAt = 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#reply(), 300 + pick(1_500));
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b.slice();
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
