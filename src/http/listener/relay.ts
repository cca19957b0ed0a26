/**
 * Carries the bytes of one connection to another, both ways.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";

/** Bytes read at once from a client, whose messages are short, and from the server, which has audio. */
const UP_BYTES = 4 * 1024;
const DOWN_BYTES = 16 * 1024;

/** Time that is left for one direction when the other has ended, in ms. */
const LINGER_MS = 5_000;

/** One client's connection, and the one to the server that was opened for it. */
export class Relay {
  readonly #client: Deno.TcpConn;
  readonly #server: Deno.TcpConn;
  readonly #clock: Clock;
  #cancelTimer: () => void = () => {};
  #isClosed = false;

  constructor(client: Deno.TcpConn, server: Deno.TcpConn, clock: Clock) {
    this.#client = client;
    this.#server = server;
    this.#clock = clock;
  }

  /** Resolves when both are closed. Never rejects: a connection may break at any time. */
  async run(): Promise<void> {
    // Messages are small and urgent.
    this.#client.setNoDelay(true);
    this.#server.setNoDelay(true);
    await Promise.all([
      this.#pump(this.#client, this.#server, UP_BYTES),
      this.#pump(this.#server, this.#client, DOWN_BYTES),
    ]);
    this.close();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Cuts it. Idempotent. */
  close(): void {
    this.#cancelTimer();
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#client.close();
    this.#server.close();
  }

  /** Reads no more than the other side takes: whoever reads slowly holds up who writes to it. */
  async #pump(from: Deno.TcpConn, to: Deno.TcpConn, size: number): Promise<void> {
    const buffer = new Uint8Array(size);
    try {
      let length = await from.read(buffer);
      for (; length !== null; length = await from.read(buffer)) {
        for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
      }
      await to.closeWrite();
      this.#linger();
    } catch {
      this.close();
    }
  }

  #linger(): void {
    this.#cancelTimer();
    if (!this.#isClosed) this.#cancelTimer = this.#clock.after(LINGER_MS, () => this.close());
  }
}
