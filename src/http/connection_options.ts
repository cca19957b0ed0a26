/**
 * What a connection is made of.
 *
 * @module
 */

import type { ChannelRequest, Dialect, Greeting } from "../dialects/dialect.ts";
import type { Record } from "../speech/events.ts";
import type { SessionSink } from "../speech/playout.ts";
import type { Session } from "../speech/session.ts";
import type { Problem, SessionEnd } from "../speech/types.ts";
import type { Scopes } from "../telemetry/scopes.ts";
import type { CreateEncoder } from "./channel.ts";
import type { IntakeOptions } from "./intake.ts";
import type { Outlet } from "./outlet.ts";

/** A session that has been opened for a channel. */
export interface OpenedSession {
  readonly session: Session;
  readonly greeting: Greeting;
}

/** Options of a connection. */
export interface ConnectionOptions extends IntakeOptions {
  readonly socket: WebSocket;
  /**
   * Called with the work of each message, which it has to do.
   * @default {(work) => work()}
   */
  readonly measure?: (work: () => void) => void;
  readonly dialect: Dialect;
  readonly record: Record;
  readonly scopes: Scopes;
  /**
   * Bytes that wait to leave beyond which the connection is given up. Audio is held back long before,
   * but answers are not, and who asks without reading could have any number of them.
   */
  readonly maxUnreadBytes: number;
  /** Longest time without any channel, in ms. */
  readonly idleTimeoutMs: number;
  /** The channel that is opened with the connection and ends with it, if the protocol has one. */
  readonly main: ChannelRequest | undefined;
  /** Opens the encoder of a channel's audio. */
  readonly createEncoder: CreateEncoder;
  /** What plays the main channel's audio, if not the client itself. */
  readonly outlet?: Outlet | undefined;
  readonly createSession: (
    request: ChannelRequest,
    sink: SessionSink,
    onEnd: (end: SessionEnd) => void,
  ) => OpenedSession;
  /** Why a key does not open the door, if so; undefined for who has shown one, or needs none. */
  readonly checkKey: ((key: string) => Problem | undefined) | undefined;
  /** Called when a client has been greeted. */
  readonly onGreeted: (session: Session) => void;
  /** Called once, when the socket is closed and everything is freed. */
  readonly onClosed: () => void;
  /** A fault of the server's own. */
  readonly onInternalError: (error: unknown) => void;
}
