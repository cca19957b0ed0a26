/**
 * Connections that bear cancellation.
 *
 * Cancelling a call resets its HTTP/2 stream, and HTTP/2 servers take many resets for an attack: those
 * of Node and Deno end a connection after 1,000 of them, less 33 for each second that passes, and all
 * calls on it fail. Here interruptions are daily business. So a connection that has seen many is
 * given no new calls, and is closed when its last one has ended.
 *
 * @module
 */

import type { Client } from "@grpc/grpc-js";
import type { Clock } from "../lib/clock.ts";

/** Resets per second that cost nothing. */
const FREE_PER_SECOND = 33;

/** Resets after which a connection gets no new calls; it bears more, for the calls it has. */
const MAX_RESETS = 300;

/** A client, that is a connection, lent for one call. */
export interface Lease {
  readonly client: Client;
  /** The call is over; `reset` says whether it was broken off from this side. Once. */
  end(reset: boolean): void;
}

interface Connection {
  readonly client: Client;
  calls: number;
  resets: number;
  /** When resets were last counted, in ms. */
  countedAt: number;
  retired: boolean;
}

/** See the module. */
export class ConnectionRotation {
  readonly #open: () => Client;
  readonly #clock: Clock;
  readonly #retired = new Set<Connection>();
  #current: Connection;

  /** @param open makes a client with a connection of its own. */
  constructor(open: () => Client, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
    this.#current = this.#connection();
  }

  /** The client for a call that is never cancelled. */
  get client(): Client {
    return this.#current.client;
  }

  /** The client for a call that may be. */
  lease(): Lease {
    const connection = this.#current;
    connection.calls++;
    return {
      client: connection.client,
      end: (reset) => {
        connection.calls--;
        if (reset) this.#countReset(connection);
        if (connection.retired && connection.calls === 0) this.#discard(connection);
      },
    };
  }

  /** Closes all connections. Calls that run are not cancelled. */
  close(): void {
    this.#current.client.close();
    for (const connection of this.#retired) this.#discard(connection);
  }

  #connection(): Connection {
    const countedAt = this.#clock.now();
    return { client: this.#open(), calls: 0, resets: 0, countedAt, retired: false };
  }

  #countReset(connection: Connection): void {
    const now = this.#clock.now();
    const free = (now - connection.countedAt) / 1000 * FREE_PER_SECOND;
    connection.resets = Math.max(0, connection.resets - free) + 1;
    connection.countedAt = now;
    if (connection !== this.#current || connection.resets < MAX_RESETS) return;
    connection.retired = true;
    this.#retired.add(connection);
    this.#current = this.#connection();
  }

  #discard(connection: Connection): void {
    this.#retired.delete(connection);
    connection.client.close();
  }
}
