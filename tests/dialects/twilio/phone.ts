/**
 * A telephone as Twilio's Media Streams has it: plays mu-law audio in real time on a clock of its own,
 * sends marks back when what is before them was played, and throws away what is cleared.
 */

/** One message to Twilio. */
// deno-lint-ignore no-explicit-any
type TwilioMessage = Record<string, any>;

/** Bytes of audio a millisecond. */
const BYTES_PER_MS = 8;

/** What waits to be played. */
type Waiting = { readonly bytes: Uint8Array } | { readonly mark: string };

/** Options of {@linkcode Phone}. */
export interface PhoneOptions {
  readonly callSid: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A call that is on. */
export class Phone {
  readonly received: TwilioMessage[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #socket: WebSocket;
  readonly #options: PhoneOptions;
  readonly #queue: Waiting[] = [];
  readonly #played: Uint8Array[] = [];

  constructor(url: string, options: PhoneOptions) {
    this.#options = options;
    this.#socket = new WebSocket(url);
    const closed = Promise.withResolvers<{ code: number; reason: string }>();
    this.closed = closed.promise;
    this.#socket.onopen = () => this.#start();
    this.#socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
    this.#socket.onerror = (event) => event.preventDefault();
    this.#socket.onclose = ({ code, reason }) => closed.resolve({ code, reason });
  }

  get streamSid(): string {
    return `MZ${this.#options.callSid.slice(2)}`;
  }

  /** All audio that was played. */
  get played(): Uint8Array<ArrayBuffer> {
    return concat(this.#played);
  }

  /** Audio that waits to be played, in ms. */
  get waitingMs(): number {
    const bytes = this.#queue.reduce(
      (sum, item) => sum + ("bytes" in item ? item.bytes.length : 0),
      0,
    );
    return bytes / BYTES_PER_MS;
  }

  /** Every message of that event so far. */
  of(event: string): TwilioMessage[] {
    return this.received.filter((message) => message.event === event);
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The caller speaks. */
  speak(audio: Uint8Array<ArrayBuffer>): void {
    const media = { track: "inbound", payload: audio.toBase64() };
    this.send({ event: "media", streamSid: this.streamSid, media });
  }

  /** Plays that much of what waits. */
  play(ms: number): void {
    let room = ms * BYTES_PER_MS;
    for (;;) {
      const item = this.#queue[0];
      if (item === undefined || ("bytes" in item && room === 0)) return;
      this.#queue.shift();
      if ("mark" in item) {
        this.#sendMark(item.mark);
        continue;
      }
      this.#played.push(item.bytes.subarray(0, room));
      if (item.bytes.length > room) this.#queue.unshift({ bytes: item.bytes.subarray(room) });
      room = Math.max(0, room - item.bytes.length);
    }
  }

  hangUp(): void {
    this.send({ event: "stop", streamSid: this.streamSid, stop: {} });
  }

  /** The line goes dead. */
  close(): void {
    this.#socket.close();
  }

  #start(): void {
    const { callSid, parameters = {} } = this.#options;
    this.send({ event: "connected", protocol: "Call", version: "1.0.0" });
    this.send({
      event: "start",
      sequenceNumber: "1",
      streamSid: this.streamSid,
      start: {
        accountSid: "AC0",
        streamSid: this.streamSid,
        callSid,
        tracks: ["inbound"],
        mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
        customParameters: parameters,
      },
    });
  }

  #receive(message: TwilioMessage): void {
    this.received.push(message);
    if (message.event === "media") {
      this.#queue.push({ bytes: Uint8Array.fromBase64(message.media.payload) });
    } else if (message.event === "mark") this.#queue.push({ mark: message.mark.name });
    else if (message.event === "clear") this.#clear();
    // A mark behind nothing comes back at once.
    this.play(0);
  }

  #clear(): void {
    const marks = this.#queue.splice(0).filter((item) => "mark" in item);
    for (const { mark } of marks) this.#sendMark(mark);
  }

  #sendMark(name: string): void {
    this.send({ event: "mark", streamSid: this.streamSid, mark: { name } });
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
