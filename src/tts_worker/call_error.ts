/**
 * How a call ends badly.
 *
 * @module
 */

import { status } from "@grpc/grpc-js";

/** Name of a gRPC status code, such as `NOT_FOUND`. */
export type StatusName = keyof typeof status;

/** Longest message that is sent: it travels in a header. */
const MAX_DETAILS = 1_000;

/** A status for the client. The message is for it to read. */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: StatusName;

  constructor(code: StatusName, message: string) {
    super(message);
    this.code = code;
  }

  /** As grpc-js takes it. */
  get status(): { readonly code: status; readonly details: string } {
    const details = this.message.slice(0, MAX_DETAILS).toWellFormed();
    return { code: status[this.code], details };
  }
}
