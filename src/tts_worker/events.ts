/**
 * What happens in a worker: told to the log and the metrics, which the service knows nothing of.
 *
 * @module
 */

import type { StatusName } from "./call_error.ts";

/** How a synthesis ended. */
export type Outcome = "completed" | "cancelled" | "deadline_exceeded" | "failed";

/** Who calls. */
export interface CallInfo {
  /** Address and port. */
  readonly peer: string;
  /** The client's own name for it, if it gave one. */
  readonly requestId?: string;
  /** W3C Trace Context, if it gave one. */
  readonly traceparent?: string;
}

/** One fact. */
export type WorkerEvent =
  /** A call was turned away; nothing was synthesised. */
  | {
    readonly type: "refused";
    readonly call: CallInfo;
    readonly code: StatusName;
    readonly reason: string;
  }
  /** A synthesis has given its first audio, `afterMs` after the call came. */
  | { readonly type: "first_audio"; readonly call: CallInfo; readonly afterMs: number }
  /** A synthesis has ended, and another may begin in its stead. */
  | {
    readonly type: "synthesis_ended";
    readonly call: CallInfo;
    readonly outcome: Outcome;
    /** Time since the call came, in ms. */
    readonly ms: number;
    /** Length of the text, in UTF-16 code units. */
    readonly characters: number;
    /** Audio given to the client, in ms. */
    readonly audioMs: number;
    /** From when nobody wanted it any more to when the backend had stopped, in ms. */
    readonly stopMs?: number;
    /** Of a synthesis that failed. */
    readonly error?: string;
  };

/** Takes a fact; must not throw. */
export type RecordWorkerEvent = (event: WorkerEvent) => void;
