/**
 * Carries the bytes of one connection to another, both ways.
 *
 * @module
 */

import type { Clock } from "../../lib/clock.ts";

/** Bytes read at once from a client, whose messages are short, and from the server, which has audio. */
const UP_BYTES = 4 * 1024;
const DOWN_BYTES = 16 * 1024;

/** Time that a client may take nothing, in ms: who is paused for longer has gone. */
const MAX_BLOCKED_MS = 60_000;

/** Time that is left for one direction when the other has ended, in ms. */
const LINGER_MS = 5_000;

/** One client's connection, and the one to the server that was opened for it. */
export class Relay {
  readonly #client: Deno.TcpConn;
  readonly #server: Deno.TcpConn;
  readonly #clock: Clock;
  #cancelTimer: () => void = () => {};
  #isClosed = false;
  /** Clock time since which the client takes nothing of what is written to it. */
  #blockedAt: number | undefined;
  /** Bytes of the client since the last whole message. */
  #unread = 0;
  #maxUnread: () => number = () => Infinity;

  constructor(client: Deno.TcpConn, server: Deno.TcpConn, clock: Clock) {
    this.#client = client;
    this.#server = server;
    this.#clock = clock;
  }

  /**
   * From now on the client may send so many bytes without a whole message, of which the runtime keeps
   * every one, however many there are.
   */
  limitUnread(maxUnread: () => number): void {
    this.#unread = 0;
    this.#maxUnread = maxUnread;
  }

  /** What the client has sent so far is read. */
  noteRead(): void {
    this.#unread = 0;
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

  /**
   * Cuts it if the client has taken nothing for a minute of what is there for it, or has sent too much
   * without a whole message.
   */
  closeIfStuck(): void {
    const blockedMs = this.#clock.now() - (this.#blockedAt ?? Infinity);
    if (blockedMs >= MAX_BLOCKED_MS || this.#unread > this.#maxUnread()) this.close();
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
        if (from === this.#client) this.#countUnread(length);
        for (let sent = 0; sent < length;) {
          if (to === this.#client) this.#blockedAt = this.#clock.now();
          sent += await to.write(buffer.subarray(sent, length));
          if (to === this.#client) this.#blockedAt = undefined;
        }
      }
      await to.closeWrite();
      this.#linger();
    } catch {
      this.close();
    }
  }

  #countUnread(length: number): void {
    this.#unread += length;
    if (this.#unread > this.#maxUnread()) this.close();
  }

  #linger(): void {
    this.#cancelTimer();
    if (!this.#isClosed) this.#cancelTimer = this.#clock.after(LINGER_MS, () => this.close());
  }
}
