/**
 * What a client's message leads to.
 *
 * @module
 */

import type { Decoded } from "../../dialect.ts";
import type { ServerEvent } from "./resources.ts";

/** One thing to be done: something to be told at once, or a part for the core. */
export type Step =
  | { readonly tell: readonly ServerEvent[] }
  | Extract<Decoded, { readonly command: unknown } | { readonly open: unknown }>;

/** A good message at a bad moment: it has no effect, and the client is told why. */
export class CannotDo extends Error {
  /** In OpenAI's words. */
  readonly code: string;
  /** The field at fault. */
  readonly field: string | undefined;

  constructor(code: string, message: string, field?: string) {
    super(message);
    this.code = code;
    this.field = field;
  }
}
