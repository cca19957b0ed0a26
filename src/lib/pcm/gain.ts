/**
 * Louder and softer.
 *
 * @module
 */

const MIN = -32_768;
const MAX = 32_767;

/** The samples times `factor`, in memory of their own; what leaves the 16 bits is clipped. */
export function amplify(pcm: Int16Array<ArrayBuffer>, factor: number): Int16Array<ArrayBuffer> {
  return pcm.map((sample) => Math.max(MIN, Math.min(MAX, Math.round(sample * factor))));
}
