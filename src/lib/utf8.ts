/**
 * Lengths of text in bytes.
 *
 * @module
 */

/** Length in bytes as far as it matters: exact up to the limit, above it just above. */
export function utf8Length(text: string, limit: number): number {
  // Every UTF-16 unit takes 1 to 3 bytes, so most messages need no counting.
  if (text.length > limit || text.length * 3 <= limit) return text.length;
  return new TextEncoder().encode(text).length;
}
