/**
 * Ogg pages (RFC 3533), of whole packets.
 *
 * @module
 */

/** Bytes of a page before its segment table. */
const HEADER_BYTES = 27;

/** A packet is cut into segments of this size and a last, smaller one. */
const SEGMENT_BYTES = 255;

/** What the table holds. */
const MAX_SEGMENTS = 255;

// Bits of the header type; RFC 3533, section 6.
const FIRST_PAGE = 2;
const LAST_PAGE = 4;

/** `x^32 + x^26 + x^23 + ... + 1`, the highest bit first; RFC 3533, section 6, field 7. */
const CRC_POLYNOMIAL = 0x04c11db7;

/** Effect of a byte's value on the checksum. */
const crcTable = Uint32Array.from({ length: 256 }, (_, value) => {
  let crc = value << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc << 1 ^ (crc < 0 ? CRC_POLYNOMIAL : 0);
  return crc;
});

/** What a page is to say of itself. */
export interface OggPageOptions {
  /** The position in the stream at its end; its unit is the codec's. */
  readonly granulePosition: number;
  /** Whether the stream ends with it. */
  readonly isLast?: boolean;
}

/** Makes the pages of one logical stream. */
export class OggPages {
  readonly #serialNumber: number;
  #sequenceNumber = 0;

  /** @param serialNumber 32 bits that no other stream has that might be joined with this one. */
  constructor(serialNumber: number) {
    this.#serialNumber = serialNumber;
  }

  /**
   * The next page, with whole packets.
   *
   * @throws {RangeError} if a page cannot hold them: 255 segments, 64 KB.
   */
  page(
    packets: readonly Uint8Array<ArrayBuffer>[],
    { granulePosition, isLast = false }: OggPageOptions,
  ): Uint8Array<ArrayBuffer> {
    const segments = packets.flatMap(({ length }) => segmentsOf(length));
    if (segments.length > MAX_SEGMENTS) {
      throw new RangeError(`an Ogg page holds ${MAX_SEGMENTS} segments, got ${segments.length}`);
    }
    const sequenceNumber = this.#sequenceNumber++;
    const bodyBytes = packets.reduce((sum, { length }) => sum + length, 0);
    const page = new Uint8Array(HEADER_BYTES + segments.length + bodyBytes);
    page.set([0x4f, 0x67, 0x67, 0x53]); // "OggS"; the version, 0, follows
    page[5] = (sequenceNumber === 0 ? FIRST_PAGE : 0) | (isLast ? LAST_PAGE : 0);
    const view = new DataView(page.buffer);
    view.setBigInt64(6, BigInt(granulePosition), true);
    view.setUint32(14, this.#serialNumber, true);
    view.setUint32(18, sequenceNumber, true);
    page[26] = segments.length;
    page.set(segments, HEADER_BYTES);
    let at = HEADER_BYTES + segments.length;
    for (const packet of packets) {
      page.set(packet, at);
      at += packet.length;
    }
    // Over the whole page, with 0 where the sum itself will stand.
    view.setUint32(22, crcOf(page), true);
    return page;
  }
}

/** Sizes of a packet's segments: full ones, and one that ends it, if with nothing. */
function segmentsOf(bytes: number): number[] {
  const full = Math.floor(bytes / SEGMENT_BYTES);
  return [...new Array<number>(full).fill(SEGMENT_BYTES), bytes % SEGMENT_BYTES];
}

function crcOf(bytes: Uint8Array<ArrayBuffer>): number {
  let crc = 0;
  for (const byte of bytes) crc = crc << 8 ^ (crcTable[crc >>> 24 ^ byte] as number);
  return crc >>> 0;
}
