/**
 * Another way out for a session's audio than to the client that sends the text.
 *
 * @module
 */

import type { Message, WireEvent } from "../dialects/dialect.ts";
import type { Session } from "../speech/session.ts";

/** Plays a session's audio, such as a phone call. */
export interface Outlet {
  /** Bytes that wait to leave. */
  readonly bufferedBytes: number;
  /** The session whose audio it plays; `tell` reaches the session's client. */
  attach(session: Session, tell: (message: Message) => void): void;
  /** Takes every event before the client is told of it; audio goes nowhere else. */
  take(event: WireEvent): void;
  /** There is no session, or none any more. Idempotent. */
  detach(): void;
}
