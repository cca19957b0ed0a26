/**
 * WebSocket frames (RFC 6455, 5.2) as they should be, and as they should not.
 */

import type { Random } from "./random.ts";

/** What a frame is made of. */
export interface Frame {
  readonly payload: Uint8Array<ArrayBuffer>;
  /** @default 1, text */
  readonly opcode?: number;
  /** @default true */
  readonly isLast?: boolean;
  /** @default true */
  readonly isMasked?: boolean;
  /** Bits that no extension was agreed for. @default 0 */
  readonly reserved?: number;
  /** The length that the header tells. @default the payload's */
  readonly toldLength?: bigint;
}

const encoder = new TextEncoder();

/** The bytes of a frame. */
export function frameBytes(frame: Frame, random: Random): Uint8Array<ArrayBuffer> {
  const { payload, opcode = 1, isLast = true, isMasked = true, reserved = 0 } = frame;
  const length = frame.toldLength ?? BigInt(payload.length);
  const mask = isMasked ? random.bytes(4) : new Uint8Array();
  const first = (isLast ? 0x80 : 0) | reserved << 4 | opcode;
  const lengthBytes = lengthOf(length, isMasked ? 0x80 : 0);
  const body = isMasked ? payload.map((byte, index) => byte ^ mask[index % 4]!) : payload;
  return Uint8Array.from([first, ...lengthBytes, ...mask, ...body]);
}

function lengthOf(length: bigint, maskBit: number): number[] {
  if (length < 126n) return [maskBit | Number(length)];
  if (length < 65_536n) return [maskBit | 126, Number(length >> 8n), Number(length & 255n)];
  const bytes = Array.from(
    { length: 8 },
    (_, index) => Number(length >> BigInt(56 - 8 * index) & 255n),
  );
  return [maskBit | 127, ...bytes];
}

/** A message that a client might send, in a frame that it should not. */
export function wrongFrame(message: string, random: Random): Uint8Array<ArrayBuffer> {
  const payload = encoder.encode(message);
  switch (random.below(12)) {
    case 0:
      return frameBytes({ payload, isMasked: false }, random);
    case 1:
      return frameBytes({ payload, opcode: random.pick([3, 4, 5, 6, 7, 11, 12, 15]) }, random);
    case 2:
      return frameBytes({ payload, reserved: 1 + random.below(7) }, random);
    case 3:
      return frameBytes({ payload, toldLength: random.pick(LENGTHS) }, random);
    case 4:
      return frameBytes({ payload: flipped(payload, random) }, random);
    case 5:
      // Not UTF-8: a lone continuation, an overlong form, a surrogate, a byte that never occurs.
      return frameBytes({ payload: Uint8Array.from(random.pick(NOT_UTF8)) }, random);
    case 6:
      return frameBytes({ payload, opcode: 0 }, random);
    case 7:
      return joined([
        frameBytes({ payload: payload.slice(0, 5), isLast: false }, random),
        frameBytes({ payload: payload.slice(5), isLast: random.below(2) === 0 }, random),
      ]);
    case 8:
      // A control frame in pieces, or one that is too long.
      return frameBytes(
        { payload: random.bytes(126), opcode: 9, isLast: random.below(2) === 0 },
        random,
      );
    case 9:
      return frameBytes({ payload: random.bytes(random.below(4)), opcode: 8 }, random);
    case 10:
      return random.bytes(1 + random.below(64));
    default: {
      const bytes = frameBytes({ payload }, random);
      return bytes.slice(0, 1 + random.below(bytes.length));
    }
  }
}

const LENGTHS = [0n, 125n, 65_535n, 65_536n, 1n << 31n, (1n << 63n) - 1n, (1n << 64n) - 1n];

const NOT_UTF8 = [[0x80], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xff], [0x22, 0xe2, 0x82], [
  0xf5,
  0x80,
]];

/** The same with a few bits turned. */
export function flipped(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const changed = bytes.slice();
  for (let count = 1 + random.below(4); count > 0 && changed.length > 0; count--) {
    changed[random.below(changed.length)]! ^= 1 << random.below(8);
  }
  return changed;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
