/** A message as it came: parsed JSON, or bytes. */
// deno-lint-ignore no-explicit-any
export type WsMessage = Record<string, any> | Uint8Array;

/** How a connection ended. */
export interface WsClose {
  readonly code: number;
  readonly reason: string;
}

/** Longest wait for anything, in ms: generous, since these machines are noisy. */
const TIMEOUT_MS = 15_000;

/** A client of the session protocol on a real socket, that keeps all it receives. */
export class WsClient {
  readonly received: WsMessage[] = [];
  readonly closed: Promise<WsClose>;
  readonly opened: Promise<void>;
  readonly #socket: WebSocket;
  readonly #wakers = new Set<() => void>();
  #read = 0;
  #isClosed = false;

  constructor(url: string, options: string[] | WebSocketOptions = []) {
    this.#socket = new WebSocket(url, options);
    this.#socket.binaryType = "arraybuffer";
    const opened = Promise.withResolvers<void>();
    const closed = Promise.withResolvers<WsClose>();
    this.opened = opened.promise;
    this.closed = closed.promise;
    this.#socket.onopen = () => opened.resolve();
    this.#socket.onmessage = ({ data }) => {
      this.received.push(typeof data === "string" ? JSON.parse(data) : new Uint8Array(data));
      this.#wake();
    };
    this.#socket.onerror = (event) => event.preventDefault();
    this.#socket.onclose = ({ code, reason }) => {
      opened.resolve();
      closed.resolve({ code, reason });
      this.#isClosed = true;
      this.#wake();
    };
  }

  /** The subprotocol that the server chose. */
  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Sends a message as JSON, or a string or bytes as they are. */
  send(message: object | string | Uint8Array<ArrayBuffer>): void {
    const isRaw = typeof message === "string" || message instanceof Uint8Array;
    this.#socket.send(isRaw ? message : JSON.stringify(message));
  }

  close(): void {
    this.#socket.close();
  }

  /** The next message of that type, skipping others; `audio` is a binary one. */
  // deno-lint-ignore no-explicit-any
  async next(type: string): Promise<Record<string, any>> {
    for (;;) {
      const message = await this.#take(type);
      if (typeOf(message) === type) return message;
    }
  }

  /** Every message of that type so far. */
  // deno-lint-ignore no-explicit-any
  of(type: string): Record<string, any>[] {
    return this.received.filter((message) => typeOf(message) === type);
  }

  /** Bytes of audio so far. */
  get audioBytes(): number {
    return this.of("audio").reduce((sum, message) => sum + message.length, 0);
  }

  async #take(wanted: string): Promise<WsMessage> {
    const deadline = performance.now() + TIMEOUT_MS;
    while (this.#read >= this.received.length) {
      const types = () => this.received.slice(-10).map(typeOf).join(", ");
      if (this.#isClosed) throw new Error(`closed while waiting for ${wanted}, after ${types()}`);
      if (performance.now() > deadline) throw new Error(`no ${wanted} came, after ${types()}`);
      await this.#news(deadline - performance.now());
    }
    return this.received[this.#read++]!;
  }

  #news(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.max(1, timeoutMs));
    this.#wakers.add(resolve);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#wakers.delete(resolve);
    });
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}

function typeOf(message: WsMessage): string {
  return message instanceof Uint8Array ? "audio" : message.type;
}
