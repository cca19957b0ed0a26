/**
 * A light client of the session protocol: it counts what it hears and keeps only what is asked.
 *
 * @module
 */

// deno-lint-ignore no-explicit-any
type Message = Record<string, any>;

/** A listener on a real socket. */
export class BenchListener {
  /** Binary messages so far. */
  frames = 0;
  /** Called with each JSON message. */
  onMessage: (message: Message) => void = () => {};
  /** Called at each binary message. */
  onAudio: () => void = () => {};
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") return this.onMessage(JSON.parse(data));
      this.frames++;
      this.onAudio();
    };
  }

  /** Connects and waits for the greeting. */
  static async connect(url: string): Promise<BenchListener> {
    const listener = new BenchListener(new WebSocket(url));
    await listener.message("session_started");
    return listener;
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next message of that type. Nothing else may be waited for meanwhile. */
  message(type: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.#socket.onclose = () => reject(new Error(`closed while waiting for ${type}`));
      this.onMessage = (message) => {
        if (message.type === type) resolve(message);
      };
    });
  }

  /** The next binary message. */
  audio(): Promise<void> {
    return new Promise((resolve) => {
      this.onAudio = () => {
        this.onAudio = () => {};
        resolve();
      };
    });
  }

  close(): void {
    this.#socket.onclose = null;
    this.#socket.close();
  }
}
