/**
 * A message of the session protocol.
 *
 * @module
 */

import type { Fields, Schema } from "./schema.ts";
import { constant, object } from "./schema.ts";

/** What there is to know of one type of message. */
export interface MessageDescription {
  readonly summary: string;
  /** JSON, or absent for bytes. */
  readonly payload?: Schema;
  readonly examples?: readonly object[];
}

/** A JSON message of that type; the example is without it. */
export function message(
  type: string,
  { summary, required = {}, optional = {}, example }: {
    readonly summary: string;
    readonly required?: Fields;
    readonly optional?: Fields;
    readonly example?: object;
  },
): MessageDescription {
  return {
    summary,
    payload: object({ type: constant(type), ...required }, optional),
    ...(example && { examples: [{ type, ...example }] }),
  };
}
