/**
 * 16-bit samples as little-endian bytes (`pcm_s16le`) and back.
 *
 * @module
 */

const machineIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The samples as little-endian bytes, two each.
 *
 * On a little-endian machine, which is every one that Deno runs on, this is a view of the same
 * memory: whoever changes `pcm` changes the bytes. Elsewhere it is a copy.
 */
export function toBytes(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (!machineIsLittleEndian) return swapped(pcm);
  return new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
}

/**
 * Little-endian bytes as samples. A view of the same memory where alignment and machine allow, else
 * a copy.
 *
 * @throws {RangeError} if the number of bytes is odd.
 */
export function fromBytes(bytes: Uint8Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
  if (bytes.byteLength % 2 !== 0) {
    throw new RangeError(`16-bit samples take an even number of bytes, got ${bytes.byteLength}`);
  }
  // An Int16Array can only begin at an even address: bytes behind an odd header must move.
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  const pcm = new Int16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 2);
  if (machineIsLittleEndian) return pcm;
  return new Int16Array(swapped(pcm).buffer);
}

/** A copy of the samples' bytes, the two of each sample exchanged. */
function swapped(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength).slice();
  for (let i = 0; i + 1 < bytes.length; i += 2) bytes.subarray(i, i + 2).reverse();
  return bytes;
}
