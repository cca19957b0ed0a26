/**
 * Opus in Ogg (RFC 7845).
 *
 * Players drop the encoder's delay (the pre-skip), and the last page says where the stream ends
 * inside its last packet, so what is heard is exact to the sample.
 *
 * @module
 */

import { OggPages } from "./ogg_pages.ts";
import { OpusEncoder, type OpusEncoderOptions } from "./opus_encoder.ts";
import { type Format, joinBytes, openStream, type StreamCodec } from "./stream_encoder.ts";

/** Hz; the unit of positions, whatever the rate of the input; RFC 7845, section 4. */
const POSITION_RATE = 48_000;

/**
 * Packets of a page, 100 ms: a page of one, 28 bytes longer than its packet of some 80, would make
 * streams a third larger. Only the first page has one, so that playing can begin.
 */
const PACKETS_PER_PAGE = 5;

/** What a stream is to be; the serial number is drawn for each. */
export interface OggOpusOptions extends OpusEncoderOptions {
  /** Hz: 8000, 16000, 24000 or 48000. */
  readonly sampleRate: number;
}

/** The format; `format_limits.ts` says which options there are. */
export function oggOpusFormat(options: OggOpusOptions): Format {
  return {
    contentType: "audio/ogg",
    sampleRate: options.sampleRate,
    delaySamples: 0,
    createEncoder: () => openStream("ogg_opus", new OggOpusCodec(options, randomSerialNumber())),
  };
}

/** RFC 3533, section 4: so that streams can be joined to one file. */
function randomSerialNumber(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] as number;
}

/** One stream; exported for tests, which know the serial number. */
export class OggOpusCodec implements StreamCodec {
  readonly header: Uint8Array<ArrayBuffer>;
  readonly #opus: OpusEncoder;
  readonly #pages: OggPages;
  /** Positions that one sample of the input takes. */
  readonly #scale: number;
  /** The packet that is gathered. */
  readonly #pcm: Int16Array<ArrayBuffer>;
  #gathered = 0;
  /** Packets made so far, and those of them whose page is not full. */
  #packets = 0;
  #waiting: Uint8Array<ArrayBuffer>[] = [];

  constructor({ sampleRate, ...options }: OggOpusOptions, serialNumber: number) {
    this.#opus = new OpusEncoder(sampleRate, options);
    this.#pages = new OggPages(serialNumber);
    this.#scale = POSITION_RATE / sampleRate;
    this.#pcm = new Int16Array(this.#opus.packetSamples);
    const head = opusHead(sampleRate, this.#opus.delaySamples * this.#scale);
    this.header = joinBytes(
      [head, opusTags()].map((packet) => this.#pages.page([packet], { granulePosition: 0 })),
    );
  }

  encode(pcm: Int16Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < pcm.length;) {
      const taken = pcm.subarray(at, at + this.#pcm.length - this.#gathered);
      this.#pcm.set(taken, this.#gathered);
      this.#gathered += taken.length;
      at += taken.length;
      if (this.#gathered < this.#pcm.length) break;
      this.#encodePacket();
      if (this.#isPageFull()) parts.push(this.#page({ granulePosition: this.#position() }));
    }
    return joinBytes(parts);
  }

  finish(): Uint8Array<ArrayBuffer> {
    const samples = this.#packets * this.#pcm.length + this.#gathered;
    // The delay makes this lie beyond the packets so far: there always is one for the last page.
    const end = (this.#opus.delaySamples + samples) * this.#scale;
    while (this.#position() < end) {
      this.#pcm.fill(0, this.#gathered);
      this.#encodePacket();
    }
    return this.#page({ granulePosition: end, isLast: true });
  }

  free(): void {
    this.#opus.close();
  }

  /** Where the packets so far end. */
  #position(): number {
    return this.#packets * this.#pcm.length * this.#scale;
  }

  #encodePacket(): void {
    this.#waiting.push(this.#opus.encode(this.#pcm));
    this.#packets++;
    this.#gathered = 0;
  }

  #isPageFull(): boolean {
    return this.#packets === 1 || this.#waiting.length === PACKETS_PER_PAGE;
  }

  #page(options: Parameters<OggPages["page"]>[1]): Uint8Array<ArrayBuffer> {
    const packets = this.#waiting;
    this.#waiting = [];
    return this.#pages.page(packets, options);
  }
}

/** RFC 7845, section 5.1; `preSkip` in samples at 48 kHz. */
function opusHead(sampleRate: number, preSkip: number): Uint8Array<ArrayBuffer> {
  const packet = new Uint8Array(19);
  packet.set(new TextEncoder().encode("OpusHead"));
  packet[8] = 1; // version
  packet[9] = 1; // channels
  const view = new DataView(packet.buffer);
  view.setUint16(10, preSkip, true);
  view.setUint32(12, sampleRate, true);
  // The output gain and the mapping family stay 0: play it as it is, in one channel.
  return packet;
}

/** RFC 7845, section 5.2: who made the stream, and no comments. */
function opusTags(): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  const vendor = text.encode("Syrinx");
  const length = Uint8Array.of(vendor.length, 0, 0, 0);
  return joinBytes([text.encode("OpusTags"), length, vendor, new Uint8Array(4)]);
}
