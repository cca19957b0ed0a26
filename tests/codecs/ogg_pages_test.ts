import { assertEquals, assertThrows } from "@std/assert";
import { OggOpusCodec } from "../../src/codecs/ogg_opus_format.ts";
import { OggPages } from "../../src/codecs/ogg_pages.ts";
import { openStream } from "../../src/codecs/stream_encoder.ts";
import { encodeAll, voice } from "./format_samples.ts";

type Bytes = Uint8Array<ArrayBuffer>;

interface Page {
  readonly type: number;
  readonly granulePosition: number;
  readonly serialNumber: number;
  readonly sequenceNumber: number;
  readonly packets: readonly Bytes[];
}

/** Bit by bit, as RFC 3533 describes it. */
function crcOf(bytes: Bytes): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? crc << 1 ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

/** Reads the page at the beginning, and checks its sum; says what follows it. */
function readPage(bytes: Bytes): { page: Page; rest: Bytes } {
  assertEquals(new TextDecoder().decode(bytes.subarray(0, 4)), "OggS");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const sizes = [...bytes.subarray(27, 27 + bytes[26]!)];
  const packets: Bytes[] = [];
  let at = 27 + sizes.length;
  for (let i = 0, from = at; i < sizes.length; i++) {
    at += sizes[i]!;
    if (sizes[i] === 255) continue;
    packets.push(bytes.subarray(from, at));
    from = at;
  }
  const summed = bytes.slice(0, at);
  summed.fill(0, 22, 26);
  assertEquals(view.getUint32(22, true), crcOf(summed));
  const page = {
    type: bytes[5]!,
    granulePosition: Number(view.getBigInt64(6, true)),
    serialNumber: view.getUint32(14, true),
    sequenceNumber: view.getUint32(18, true),
    packets,
  };
  return { page, rest: bytes.subarray(at) };
}

function pagesOf(bytes: Bytes): Page[] {
  const pages: Page[] = [];
  for (let rest = bytes; rest.length > 0;) {
    const read = readPage(rest);
    pages.push(read.page);
    rest = read.rest;
  }
  return pages;
}

function opusPages(sampleRate: number, samples: number): Page[] {
  const encoder = openStream("ogg_opus", new OggOpusCodec({ sampleRate }, 0xfedcba98));
  return pagesOf(encodeAll(encoder, [voice(sampleRate).subarray(0, samples)]));
}

Deno.test("Ogg pages hold packets of every size, and number themselves", () => {
  const pages = new OggPages(7);
  const packets = [0, 1, 254, 255, 256, 510, 1000].map((length) => new Uint8Array(length).fill(3));
  const first = readPage(pages.page(packets, { granulePosition: 2 ** 40 })).page;
  assertEquals(first, {
    type: 2,
    granulePosition: 2 ** 40,
    serialNumber: 7,
    sequenceNumber: 0,
    packets,
  });
  const last = readPage(pages.page([], { granulePosition: 5, isLast: true })).page;
  assertEquals([last.type, last.sequenceNumber, last.packets.length], [4, 1, 0]);
});

Deno.test("an Ogg page refuses more than it can hold", () => {
  const pages = new OggPages(7);
  const most = [new Uint8Array(254 * 255 + 254)];
  assertEquals(readPage(pages.page(most, { granulePosition: 0 })).page.packets, most);
  const tooMuch = [new Uint8Array(255 * 255)];
  assertThrows(
    () => pages.page(tooMuch, { granulePosition: 0 }),
    RangeError,
    "255 segments, got 256",
  );
});

Deno.test("Ogg Opus begins with what RFC 7845 asks for", () => {
  const [head, tags] = opusPages(16_000, 0);
  const hex = "4f7075734865616401013801803e0000000000";
  assertEquals(head?.packets.map((packet) => packet.toHex()), [hex]);
  assertEquals([head?.type, head?.granulePosition, head?.serialNumber], [2, 0, 0xfedcba98]);
  const text = "OpusTags\x06\0\0\0Syrinx\0\0\0\0";
  assertEquals(tags?.packets.map((packet) => new TextDecoder().decode(packet)), [text]);
  assertEquals([tags?.type, tags?.granulePosition], [0, 0]);
});

Deno.test("Ogg Opus has one packet on its first page, and 100 ms on those behind", () => {
  const audio = opusPages(24_000, 24_000).slice(2);
  assertEquals(audio.map(({ packets }) => packets.length), [1, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]);
  const positions = audio.slice(0, -1).map(({ granulePosition }) => granulePosition);
  assertEquals(positions, positions.map((_, i) => 960 + 4800 * i));
});

Deno.test("Ogg Opus ends where the samples end, the encoder's delay included", () => {
  for (const samples of [0, 1, 319, 320, 647, 648, 649, 1600, 1601]) {
    const pages = opusPages(16_000, samples);
    const last = pages.at(-1)!;
    assertEquals(last.granulePosition, 312 + 3 * samples);
    assertEquals(pages.map(({ type }) => type), [2, 0, ...pages.slice(3).map(() => 0), 4]);
    const packets = pages.slice(2).flatMap((page) => page.packets).length;
    assertEquals(packets, Math.ceil(last.granulePosition / 960));
    assertEquals(last.packets.length > 0, true);
  }
});

Deno.test("Ogg Opus streams have numbers of their own", async () => {
  const { oggOpusFormat } = await import("../../src/codecs/ogg_opus_format.ts");
  const format = oggOpusFormat({ sampleRate: 8000 });
  const numbers = Array.from({ length: 20 }, () => {
    return pagesOf(encodeAll(format.createEncoder(), []))[0]!.serialNumber;
  });
  assertEquals(new Set(numbers).size, 20);
});
