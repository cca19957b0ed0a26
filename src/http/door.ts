/**
 * What every way in has in common: who may come in, whether there is a place, and the session.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import type { ChannelRequest } from "../dialects/dialect.ts";
import type { SpeechEvent } from "../speech/events.ts";
import type { SessionSink } from "../speech/playout.ts";
import { Session, type SessionContext } from "../speech/session.ts";
import type { SessionEnd } from "../speech/types.ts";
import type { Scopes } from "../telemetry/scopes.ts";
import type { Auth } from "./auth.ts";
import type { OpenedSession } from "./connection.ts";
import type { Connections } from "./connections.ts";
import { type HttpRefusal, unavailable } from "./refusal.ts";
import { keyNeeded } from "./unauthorized.ts";

type RefusalReason = Extract<SpeechEvent, { type: "session_refused" }>["reason"];

/** Options of {@linkcode Door}. */
export interface DoorOptions {
  readonly context: SessionContext;
  readonly connections: Connections;
  readonly scopes: Scopes;
  readonly auth: Auth;
  readonly maxMessageBytes: number;
  readonly maxMessagesPerSecond: number;
  readonly pingTimeoutS: number;
  readonly onInternalError: (error: unknown) => void;
}

/** Lets clients in. */
export class Door {
  readonly options: DoorOptions;

  constructor(options: DoorOptions) {
    this.options = options;
  }

  /** The answer for who has shown no key. */
  stranger({ counts }: { counts: boolean }): HttpRefusal {
    if (counts) this.noteRefusal("unauthorized");
    return { status: STATUS_CODE.Unauthorized, ...keyNeeded };
  }

  /** Why there is no place; undefined if there is. */
  fullness({ counts }: { counts: boolean }): HttpRefusal | undefined {
    const { isDraining, isFull } = this.options.connections;
    if (!isDraining && !isFull) return undefined;
    if (counts) this.noteRefusal(isDraining ? "draining" : "full");
    return unavailable(
      isDraining ? "the server is about to stop" : "as many sessions are open as the server takes",
    );
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
  ): OpenedSession {
    const { maxMessageBytes, maxMessagesPerSecond } = this.options;
    const context = limited(this.options.context, request.limits);
    const { settings, encoding, sampleRate, frameMs, traceparent } = request;
    const session = new Session(context, {
      id: crypto.randomUUID(),
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
        limits: { ...context.limits, maxMessageBytes, maxMessagesPerSecond },
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
