import { SPEED } from "./texts.ts";

// deno-lint-ignore no-explicit-any
type Message = Record<string, any>;

/** One sentence as it came. */
export interface HeardSentence {
  readonly index: number;
  readonly text: string;
  /** Range in the utterance's text. */
  readonly from: number;
  readonly to: number;
  readonly offsetMs: number;
  readonly pieces: Uint8Array[];
  readonly words: Message[];
  status?: string;
}

/** One utterance as it came. */
export interface Heard {
  readonly text: string;
  readonly sentences: readonly HeardSentence[];
  readonly outcome: string;
  /** Longest time without audio after the first, in ms. */
  readonly longestGapMs: number;
  /** From the text to the first audio, in ms. */
  readonly firstAudioMs: number;
}

/** Bytes of audio a millisecond: flite speaks at 16 kHz. */
const BYTES_PER_MS = 32;

/** A client on a real socket, that says one thing after the other and keeps what it hears. */
export class Listener implements Disposable {
  readonly #socket: WebSocket;
  #utterance: Listening | undefined;
  #waiting = new Map<string, PromiseWithResolvers<Message>>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (typeof data !== "string") return this.#utterance!.audio(new Uint8Array(data));
      const message = JSON.parse(data);
      this.#utterance?.told(message);
      this.#waiting.get(message.type)?.resolve(message);
    };
    socket.onclose = () => {
      const error = new Error("the connection was closed");
      this.#utterance?.failed(error);
      for (const { reject } of this.#waiting.values()) reject(error);
    };
  }

  /** Connects to `host:port`, and waits for the greeting. */
  static async connect(host: string, query = ""): Promise<Listener> {
    const listener = new Listener(
      new WebSocket(`ws://${host}/v1/session?words=1&speed=${SPEED}&${query}`),
    );
    await listener.#message("session_started");
    return listener;
  }

  /** Says it, and hears it to its end. */
  async say(text: string): Promise<Heard> {
    return await this.begin(text).done;
  }

  /** Says it, and hears what comes. */
  begin(text: string): Listening {
    const utterance = this.#utterance = new Listening(text);
    this.#send({ type: "text", text, final: true });
    return utterance;
  }

  /** Interrupts, and waits for the answer. */
  async bargeIn(): Promise<Message> {
    const answer = this.#message("barge_in");
    this.#send({ type: "barge_in" });
    return await answer;
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  async #message(type: string): Promise<Message> {
    const waiter = Promise.withResolvers<Message>();
    this.#waiting.set(type, waiter);
    return await waiter.promise.finally(() => this.#waiting.delete(type));
  }

  [Symbol.dispose](): void {
    this.#socket.onclose = null;
    this.#socket.close();
  }
}

/** One utterance being heard. */
export class Listening {
  readonly text: string;
  readonly sentences: HeardSentence[] = [];
  readonly done: Promise<Heard>;
  /** Resolves when its first audio is there. */
  readonly firstAudio: Promise<void>;
  readonly #done = Promise.withResolvers<Heard>();
  readonly #firstAudio = Promise.withResolvers<void>();
  readonly #saidAt = performance.now();
  #firstAudioMs = 0;
  /** When all that has come will have been played. */
  #dryAt: number | undefined;
  #longestGapMs = 0;

  constructor(text: string) {
    this.text = text;
    this.done = this.#done.promise;
    this.firstAudio = this.#firstAudio.promise;
    this.done.catch(() => {});
    this.firstAudio.catch(() => {});
  }

  audio(bytes: Uint8Array): void {
    const now = performance.now();
    if (this.#dryAt === undefined) {
      this.#firstAudioMs = now - this.#saidAt;
      this.#firstAudio.resolve();
    } else this.#longestGapMs = Math.max(this.#longestGapMs, now - this.#dryAt);
    this.#dryAt = Math.max(now, this.#dryAt ?? now) + bytes.length / BYTES_PER_MS;
    this.sentences.at(-1)!.pieces.push(bytes);
  }

  told(message: Message): void {
    switch (message.type) {
      case "sentence_started":
        this.sentences.push({
          index: message.index,
          text: message.text,
          from: message.source_start,
          to: message.source_end,
          offsetMs: message.offset_ms,
          pieces: [],
          words: [],
        });
        break;
      case "words":
        this.sentences.at(-1)!.words.push(...message.words);
        break;
      case "sentence_ended":
        this.sentences.at(-1)!.status = message.status;
        break;
      case "utterance_ended":
        this.#end(message.outcome);
        break;
      case "error":
        this.failed(new Error(`${message.code}: ${message.message}`));
    }
  }

  failed(error: Error): void {
    this.#done.reject(error);
    this.#firstAudio.reject(error);
  }

  #end(outcome: string): void {
    this.#firstAudio.resolve();
    this.#done.resolve({
      text: this.text,
      sentences: this.sentences,
      outcome,
      longestGapMs: this.#longestGapMs,
      firstAudioMs: this.#firstAudioMs,
    });
  }
}
