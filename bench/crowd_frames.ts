/**
 * The little of RFC 6455 that a crowd of listeners needs.
 *
 * @module
 */

/** Opcodes (5.2). */
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PONG = 10;

const encoder = new TextEncoder();

/** A client's frame (5.2), with a mask of zeros. The payload is shorter than 64 KiB. */
export function clientFrame(opcode: number, payload = ""): Uint8Array<ArrayBuffer> {
  const bytes = encoder.encode(payload);
  const { length } = bytes;
  const size = length < 126 ? [length] : [126, length >> 8, length & 255];
  const head = [0x80 | opcode, 0x80 | size[0]!, ...size.slice(1), 0, 0, 0, 0];
  const frame = new Uint8Array(head.length + length);
  frame.set(head);
  frame.set(bytes, head.length);
  return frame;
}

/** Cuts a stream into a server's frames: they have no mask, and here none is in pieces or of 64 KiB. */
export class FrameReader {
  readonly #onFrame: (opcode: number, payload: Uint8Array) => void;
  #rest = new Uint8Array(0);

  constructor(onFrame: (opcode: number, payload: Uint8Array) => void) {
    this.#onFrame = onFrame;
  }

  /** Takes what has come; the bytes are not kept. */
  take(chunk: Uint8Array): void {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    let at = 0;
    for (;;) {
      const end = this.#takeFrame(bytes, at);
      if (end === at) break;
      at = end;
    }
    this.#rest = bytes.slice(at);
  }

  /** Where the frame that begins at `at` ends; `at` itself if it is not whole yet. */
  #takeFrame(bytes: Uint8Array, at: number): number {
    if (bytes.length < at + 2) return at;
    const short = bytes[at + 1]! & 127;
    const head = at + (short < 126 ? 2 : 4);
    if (bytes.length < head) return at;
    const end = head + (short < 126 ? short : bytes[at + 2]! << 8 | bytes[at + 3]!);
    if (bytes.length < end) return at;
    this.#onFrame(bytes[at]! & 15, bytes.subarray(head, end));
    return end;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
