/** A WebSocket's end that stays in the process: what the server's end sends is kept. */
export class FakeSocket {
  readonly sent: (string | Uint8Array<ArrayBuffer>)[] = [];
  binaryType = "blob";
  bufferedAmount = 0;
  readyState: number = WebSocket.CONNECTING;
  closed: { readonly code: number; readonly reason: string } | undefined;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: string | ArrayBuffer }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly #onSend: (message: string | Uint8Array<ArrayBuffer>) => void;

  constructor(onSend: (message: string | Uint8Array<ArrayBuffer>) => void) {
    this.#onSend = onSend;
  }

  open(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }

  send(message: string | Uint8Array<ArrayBuffer>): void {
    this.#onSend(message);
  }

  /** The server closes. */
  close(code = 1005, reason = ""): void {
    this.#end(code, reason);
  }

  /** The client sends. */
  receive(data: string | ArrayBuffer): void {
    if (this.readyState === WebSocket.OPEN) this.onmessage?.({ data });
  }

  /** The client is gone, without a word. */
  vanish(): void {
    this.#end(1006, "");
  }

  #end(code: number, reason: string): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.closed = { code, reason };
    this.onclose?.({ code, reason });
  }
}
