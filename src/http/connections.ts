/**
 * The connections that are open, their limit, and how they are sent home.
 *
 * @module
 */

import type { CancelTimer, Clock } from "../lib/clock.ts";
import { networkOf } from "../auth/attempts.ts";
import type { Session } from "../speech/session.ts";
import type { Visitor } from "./gate.ts";
import { type Holder, TenantPlaces } from "./tenant_places.ts";

/** Time that a closing handshake may take, in ms, before the server stops waiting for it. */
const CLOSE_MS = 1_000;

/** Whoever takes a place: a connection with its sessions. */
export interface Guest {
  readonly sessions: readonly Session[];
  /** Bytes that wait to leave. */
  readonly bufferedBytes: number;
  /** Sends it home if it has no session; otherwise it goes when its sessions have ended. */
  dismiss(): void;
}

/** Options of {@linkcode Connections}. */
export interface ConnectionsOptions {
  readonly clock: Clock;
  /** Connections at the most. */
  readonly limit: number;
  /** Time after which a connection is asked to go, in ms; null: never. */
  readonly maxConnectionMs: number | null;
  /** Time that it has then to finish what it says, in ms. */
  readonly goodbyeMs: number;
}

/** What is known of a guest. */
interface Place {
  /** Undefined for who has shown no key yet. */
  visitor: Visitor | undefined;
  /** Runs out when it is asked to go, and when it has to. */
  cancelTimer: CancelTimer;
  /** Clock time at which it has to go; undefined until it is asked. */
  endsAt: number | undefined;
}

/** A bounded set of connections. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Map<Guest, Place>();
  readonly #byTenant = new TenantPlaces();
  readonly #byNetwork = new Map<string, number>();
  /** Ends the waits of a drain: nobody is left, or somebody is in a hurry. */
  readonly #waits = new Set<() => void>();
  /** Clock time at which a drain's patience ends; undefined while there is none. */
  #drainEndsAt: number | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Connections that are not closed; a client may keep one open after its session has ended. */
  get count(): number {
    return this.#open.size;
  }

  /** Sessions that have not ended. */
  get sessions(): number {
    let sessions = 0;
    for (const connection of this.#open.keys()) sessions += connection.sessions.length;
    return sessions;
  }

  /** Bytes in the send buffers of all connections. */
  get bufferedBytes(): number {
    let bytes = 0;
    for (const connection of this.#open.keys()) bytes += connection.bufferedBytes;
    return bytes;
  }

  /** Connections at the most. */
  get limit(): number {
    return this.#options.limit;
  }

  get isFull(): boolean {
    return this.#open.size >= this.#options.limit;
  }

  /** True once no new connections are taken. */
  get isDraining(): boolean {
    return this.#drainEndsAt !== undefined;
  }

  /** Whether a tenant has fewer connections than its weight among those who are there. */
  hasRoomFor(tenant: NonNullable<Holder>): boolean {
    return this.#byTenant.hasLessThanShare(tenant, this.#open.size);
  }

  /**
   * Whether one more connection of a tenant leaves places to others.
   *
   * @param isInside whether it has its place already, as somebody unknown.
   */
  leavesRoom(tenant: Holder, isInside = false): boolean {
    const free = this.#options.limit - this.#open.size + (isInside ? 1 : 0);
    return this.#byTenant.leavesRoom(tenant, free);
  }

  /** Connections of a tenant, and from an address. */
  countOf(
    visitor: Pick<Visitor, "id" | "weight" | "address">,
  ): { tenant: number; address: number } {
    return {
      tenant: this.#byTenant.countOf(visitor),
      address: this.#byNetwork.get(networkOf(visitor.address)) ?? 0,
    };
  }

  add(connection: Guest, visitor: Visitor | undefined): void {
    const { clock, maxConnectionMs } = this.#options;
    const cancelTimer = maxConnectionMs === null
      ? () => {}
      : clock.after(maxConnectionMs, () => this.#askToGo(connection));
    this.#open.set(connection, { visitor, cancelTimer, endsAt: undefined });
    this.#count(visitor, 1);
  }

  /** Notes who it is that has shown a key late. */
  claim(connection: Guest, visitor: Visitor): void {
    const place = this.#open.get(connection);
    if (place === undefined) return;
    this.#count(place.visitor, -1);
    place.visitor = visitor;
    this.#count(visitor, 1);
  }

  /** Who it is; undefined for who has shown no key. */
  visitorOf(connection: Guest): Visitor | undefined {
    return this.#open.get(connection)?.visitor;
  }

  remove(connection: Guest): void {
    const place = this.#open.get(connection);
    if (place !== undefined) {
      place.cancelTimer();
      this.#count(place.visitor, -1);
      this.#open.delete(connection);
    }
    if (this.#open.size > 0) return;
    this.hurry();
  }

  /** Sends home a session that has opened while the others were sent already. */
  admit(connection: Guest, session: Session): void {
    const endsAt = this.#drainEndsAt ?? this.#open.get(connection)?.endsAt;
    if (endsAt === undefined) return;
    session.drain(Math.max(0, endsAt - this.#options.clock.now()));
  }

  /** It has been here for long: as when the server stops, it may finish what it says. */
  #askToGo(connection: Guest): void {
    const { clock, goodbyeMs } = this.#options;
    const place = this.#open.get(connection);
    if (place === undefined || this.isDraining) return;
    place.endsAt = clock.now() + goodbyeMs;
    place.cancelTimer = clock.after(goodbyeMs, () => endAll(connection.sessions));
    for (const session of connection.sessions) session.drain(goodbyeMs);
    connection.dismiss();
  }

  /** Cuts a running drain's deadline short. */
  hurry(): void {
    for (const resolve of this.#waits) resolve();
  }

  /** Lets the sessions finish what they say, and ends those that have not by the deadline. */
  async drain(deadlineMs: number): Promise<void> {
    this.#drainEndsAt = this.#options.clock.now() + deadlineMs;
    for (const session of this.#everySession()) session.drain(deadlineMs);
    for (const connection of [...this.#open.keys()]) connection.dismiss();
    await this.#untilEmpty(deadlineMs);
    endAll(this.#everySession());
    await this.#untilEmpty(CLOSE_MS);
  }

  #count(visitor: Visitor | undefined, change: number): void {
    this.#byTenant.count(visitor, change);
    if (visitor !== undefined) add(this.#byNetwork, networkOf(visitor.address), change);
  }

  #everySession(): Session[] {
    return [...this.#open.keys()].flatMap((connection) => connection.sessions);
  }

  /** Resolves when no connection is open, or after `ms`. */
  #untilEmpty(ms: number): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#options.clock.after(ms, resolve);
    this.#waits.add(resolve);
    return promise.finally(() => {
      cancel();
      this.#waits.delete(resolve);
    });
  }
}

function add(counts: Map<string, number>, name: string, change: number): void {
  const count = (counts.get(name) ?? 0) + change;
  if (count === 0) counts.delete(name);
  else counts.set(name, count);
}

function endAll(sessions: readonly Session[]): void {
  for (const session of sessions) session.end("drained");
}
