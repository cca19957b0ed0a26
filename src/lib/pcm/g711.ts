/**
 * ITU-T G.711, the two 8-bit codes of telephony: mu-law (North America, Japan) and A-law (elsewhere).
 *
 * Agrees for every input and every code with the reference of ITU-T G.191 (`g711.c` of the Software
 * Tool Library); 16-bit samples are full scale. Where a negative value lies exactly on a decision
 * value, implementations differ; like G.191 this one takes the code nearer to zero.
 *
 * Computed, not looked up: 2 ns a sample (60,000 times real time at 8 kHz) is a nanosecond slower
 * than tables of 64 KB, which would push other things out of the cache.
 *
 * @module
 */

/** Added to mu-law magnitudes (14-bit scale) so that segments begin at powers of two. */
const MULAW_BIAS = 33;

/** The largest biased mu-law magnitude: 8158 + 33. */
const MULAW_MAX = 0x1fff;

/** A-law lines invert every other bit, so that silence is not a run of equal bits. */
const ALAW_TOGGLE = 0x55;

/**
 * Encodes to mu-law, a byte a sample.
 *
 * @param out where to; as long as `pcm`.
 * @throws {RangeError} if `out` is not as long as `pcm`.
 */
export function encodeMulaw(
  pcm: Int16Array,
  out: Uint8Array<ArrayBuffer> = new Uint8Array(pcm.length),
): Uint8Array<ArrayBuffer> {
  checkLength(pcm, out);
  for (let i = 0; i < pcm.length; i++) out[i] = mulawOf(pcm[i] as number);
  return out;
}

/**
 * Encodes to A-law, a byte a sample.
 *
 * @param out where to; as long as `pcm`.
 * @throws {RangeError} if `out` is not as long as `pcm`.
 */
export function encodeAlaw(
  pcm: Int16Array,
  out: Uint8Array<ArrayBuffer> = new Uint8Array(pcm.length),
): Uint8Array<ArrayBuffer> {
  checkLength(pcm, out);
  for (let i = 0; i < pcm.length; i++) out[i] = alawOf(pcm[i] as number);
  return out;
}

/**
 * Decodes mu-law; values reach from -32124 to 32124.
 *
 * @param out where to; as long as `codes`.
 * @throws {RangeError} if `out` is not as long as `codes`.
 */
export function decodeMulaw(
  codes: Uint8Array,
  out: Int16Array<ArrayBuffer> = new Int16Array(codes.length),
): Int16Array<ArrayBuffer> {
  checkLength(codes, out);
  for (let i = 0; i < codes.length; i++) {
    const code = ~(codes[i] as number);
    const segment = code >> 4 & 7;
    const magnitude = ((2 * (code & 15) + MULAW_BIAS << segment) - MULAW_BIAS) << 2;
    out[i] = code & 0x80 ? -magnitude : magnitude;
  }
  return out;
}

/**
 * Decodes A-law; values reach from -32256 to 32256, and 0 is not among them.
 *
 * @param out where to; as long as `codes`.
 * @throws {RangeError} if `out` is not as long as `codes`.
 */
export function decodeAlaw(
  codes: Uint8Array,
  out: Int16Array<ArrayBuffer> = new Int16Array(codes.length),
): Int16Array<ArrayBuffer> {
  checkLength(codes, out);
  for (let i = 0; i < codes.length; i++) {
    const code = (codes[i] as number) ^ ALAW_TOGGLE;
    const segment = code >> 4 & 7;
    const step = 2 * (code & 15) + 1;
    const magnitude = segment === 0 ? step << 3 : step + 32 << segment + 2;
    out[i] = code & 0x80 ? magnitude : -magnitude;
  }
  return out;
}

function mulawOf(sample: number): number {
  const negative = sample < 0;
  // One's complement: -1 is as far from zero as 0 is, there being two codes for zero.
  let magnitude = ((negative ? ~sample : sample) >> 2) + MULAW_BIAS;
  if (magnitude > MULAW_MAX) magnitude = MULAW_MAX;
  const segment = 26 - Math.clz32(magnitude);
  const code = segment << 4 | (magnitude >> segment + 1 & 15);
  return (negative ? 0x7f : 0xff) - code;
}

function alawOf(sample: number): number {
  const negative = sample < 0;
  let code = (negative ? ~sample : sample) >> 4;
  // Up to 31 the first two segments, of equal steps, already are their codes.
  if (code > 31) {
    const segment = 28 - Math.clz32(code);
    code = (segment << 4) + (code >> segment - 1) - 16;
  }
  return (negative ? code : code | 0x80) ^ ALAW_TOGGLE;
}

function checkLength(input: ArrayLike<number>, out: ArrayLike<number>): void {
  if (out.length === input.length) return;
  throw new RangeError(`output holds ${out.length} values, input has ${input.length}`);
}
