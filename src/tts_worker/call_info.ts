/**
 * Who calls, as a call's metadata tell it.
 *
 * @module
 */

import type { Metadata } from "@grpc/grpc-js";
import type { CallInfo } from "./events.ts";

/** Most characters kept of what a client calls itself. */
const MAX_LENGTH = 128;

/** Reads `x-request-id` and `traceparent`. */
export function callInfo(call: { readonly metadata: Metadata; getPeer(): string }): CallInfo {
  const requestId = metadataText(call.metadata, "x-request-id");
  const traceparent = metadataText(call.metadata, "traceparent");
  return {
    peer: call.getPeer(),
    ...(requestId === undefined ? {} : { requestId }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

function metadataText(metadata: Metadata, key: string): string | undefined {
  const [value] = metadata.get(key);
  return typeof value === "string" ? value.slice(0, MAX_LENGTH) : undefined;
}
