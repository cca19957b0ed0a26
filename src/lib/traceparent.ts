/**
 * The `traceparent` of W3C Trace Context: which span, of which trace, of another program something
 * belongs to. https://www.w3.org/TR/trace-context/#traceparent-header
 *
 * @module
 */

/** What a `traceparent` says. */
export interface Traceparent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Bit 0: the other program keeps the trace. */
  readonly traceFlags: number;
}

/** In words, for error messages. */
export const TRACEPARENT_ALLOWED =
  "a W3C traceparent: 00-TRACE-SPAN-FLAGS, with 32, 16 and 2 hexadecimal digits";

/** Longest one read; versions to come may add fields at the end. */
const MAX_LENGTH = 256;

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\x21-\x7e]*)?$/;

/** Reads a `traceparent`; undefined when it is none. */
export function parseTraceparent(text: string): Traceparent | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, version, traceId, spanId, flags, more] = match as string[];
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (isZero(traceId!) || isZero(spanId!)) return undefined;
  return { traceId: traceId!, spanId: spanId!, traceFlags: parseInt(flags!, 16) & 1 };
}

function isZero(id: string): boolean {
  return /^0+$/.test(id);
}
