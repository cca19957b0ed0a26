/**
 * What every way in has in common: who may come in, whether there is a place, and the session.
 *
 * @module
 */

import type { ChannelRequest } from "../dialects/dialect.ts";
import type { SpeechEvent } from "../speech/events.ts";
import { ANYONE } from "../speech/fair_queue.ts";
import type { SessionSink } from "../speech/playout.ts";
import { Session, type SessionContext } from "../speech/session.ts";
import type { Problem, SessionEnd } from "../speech/types.ts";
import type { Scopes } from "../telemetry/scopes.ts";
import type { Admission } from "./admission.ts";
import type { OpenedSession } from "./connection_options.ts";
import type { Connections, Guest } from "./connections.ts";
import type { Gate, Visitor } from "./gate.ts";
import { type HttpRefusal, RETRY_AFTER_MS, unavailable } from "./refusal.ts";
import { TIME_IS_UP, type TimeShares } from "./time_shares.ts";

/** Who asks for a place, and whether a refusal is one to count. */
export interface PlaceOptions {
  readonly counts: boolean;
  readonly visitor?: Visitor | undefined;
}

interface Fullness {
  readonly reason: RefusalReason;
  readonly message: string;
  /** Sessions at the most, where that is why. */
  readonly limit?: number;
}

type RefusalReason = Extract<SpeechEvent, { type: "session_refused" }>["reason"];

/** Options of {@linkcode Door}. */
export interface DoorOptions {
  readonly context: SessionContext;
  readonly connections: Connections;
  readonly scopes: Scopes;
  readonly gate: Gate;
  readonly admission: Admission;
  readonly timeShares: TimeShares;
  readonly maxSessionsPerAddress: number;
  readonly maxMessageBytes: number;
  readonly maxMessagesPerSecond: number;
  readonly maxConnectionMs: number | null;
  /** Null where nothing looks at it. */
  readonly handshakeTimeoutMs: number | null;
  readonly pingTimeoutS: number;
  readonly onInternalError: (error: unknown) => void;
}

/** Bytes of a request's head that the runtime takes; measured, with Deno 2.9. Longer ones get 400. */
const MAX_HEADER_BYTES = 65_536;

/** Lets clients in. */
export class Door {
  readonly options: DoorOptions;

  constructor(options: DoorOptions) {
    this.options = options;
  }

  /** Why there is no place for who asks; undefined if there is. */
  fullness({ counts, visitor }: PlaceOptions): HttpRefusal | undefined {
    const full = this.#whyFull(visitor) ?? this.#whyTooMany(visitor) ?? this.#whyCrowding(visitor);
    if (full === undefined) return undefined;
    if (counts) this.noteRefusal(full.reason);
    return unavailable(full);
  }

  #whyFull(visitor: Visitor | undefined): Fullness | undefined {
    const { connections, admission } = this.options;
    if (connections.isDraining) {
      return { reason: "draining", message: "the server is about to stop" };
    }
    if (connections.isFull) {
      const { limit } = connections;
      return { reason: "full", message: "as many sessions are open as the server takes", limit };
    }
    const overload = admission.overloadFor(visitor?.id);
    // The workers are shared by tenant: who has less than its share of them is served all the same.
    const isServed = overload?.reason === "workers" && visitor !== undefined &&
      connections.hasRoomFor(visitor);
    return overload && !isServed ? overload : undefined;
  }

  #whyTooMany(visitor: Visitor | undefined): Fullness | undefined {
    if (visitor === undefined) return undefined;
    const { connections, timeShares, maxSessionsPerAddress } = this.options;
    if (timeShares.waitMs(visitor) !== undefined) {
      return { reason: "key_limit", message: TIME_IS_UP };
    }
    const { tenant, address } = connections.countOf(visitor);
    const { maxSessions = Infinity } = visitor;
    if (tenant >= maxSessions) {
      const message = `this key may have ${maxSessions} sessions open`;
      return { reason: "key_limit", message, limit: maxSessions };
    }
    if (address < maxSessionsPerAddress) return undefined;
    const message = `one address may have ${maxSessionsPerAddress} sessions open`;
    return { reason: "address_limit", message, limit: maxSessionsPerAddress };
  }

  /** Whether it would take the places that the others need, where one knows of others. */
  #whyCrowding(visitor: Visitor | undefined, isInside = false): Fullness | undefined {
    const { connections, gate } = this.options;
    if (!gate.hasSeveralTenants || connections.leavesRoom(visitor, isInside)) return undefined;
    const who = visitor === undefined ? "clients without a key so far have" : "this key has";
    const message = `${who} as many sessions open as leave room for others`;
    return { reason: "key_limit", message };
  }

  /**
   * Looks at a key that a client shows in a message, when it has its place already. Returns why it may
   * not stay, if so.
   */
  claim(guest: Guest, key: string, peer: string): Problem | undefined {
    const { connections, gate } = this.options;
    const visitor = gate.tryKey(key, peer);
    if (visitor === undefined) {
      this.noteRefusal("unauthorized");
      return { code: "unauthorized", message: "a valid key is needed" };
    }
    const full = this.#whyTooMany(visitor) ?? this.#whyCrowding(visitor, true);
    if (full === undefined) return void connections.claim(guest, visitor);
    const { reason, ...why } = full;
    this.noteRefusal(reason);
    return { code: "overloaded", ...why, retryAfterMs: RETRY_AFTER_MS };
  }

  noteRefusal(reason: RefusalReason): void {
    this.options.context.record({ type: "session_refused", reason });
  }

  /** Opens a session that speaks to `sink`. */
  openSession(
    dialect: string,
    request: ChannelRequest,
    sink: SessionSink,
    onEnd: (end: SessionEnd) => void,
    visitor: Visitor | undefined,
  ): OpenedSession {
    const { connections, maxMessageBytes, maxMessagesPerSecond, ...options } = this.options;
    const context = limited(this.options.context, request.limits);
    const { settings, encoding, sampleRate, frameMs, traceparent } = request;
    const session = new Session(context, {
      id: crypto.randomUUID(),
      tenant: visitor,
      dialect,
      traceparent,
      settings,
      shape: shapeOf(request),
      sink,
      onEnd,
    });
    return {
      session,
      greeting: {
        type: "session_started",
        sessionId: session.id,
        settings,
        encoding,
        sampleRate,
        frameMs,
        limits: {
          ...context.limits,
          maxCharactersPerMinute: context.allowances.limitOf(visitor ?? ANYONE),
          maxSessions: Math.min(visitor?.maxSessions ?? Infinity, connections.limit),
          maxSessionsPerAddress: this.options.maxSessionsPerAddress,
          maxMessageBytes,
          maxMessagesPerSecond,
          maxConnectionMs: options.maxConnectionMs,
          handshakeTimeoutMs: options.handshakeTimeoutMs,
          maxHeaderBytes: MAX_HEADER_BYTES,
        },
      },
    };
  }
}

function limited(context: SessionContext, limits: ChannelRequest["limits"]): SessionContext {
  return limits === undefined ? context : { ...context, limits: { ...context.limits, ...limits } };
}

function shapeOf({ sampleRate, frameMs, encoding }: ChannelRequest) {
  return {
    sampleRate,
    frameSamples: Math.round(sampleRate * frameMs / 1000),
    wholeFrames: encoding === "opus",
  };
}
