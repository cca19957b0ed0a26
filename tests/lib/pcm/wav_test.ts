import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import {
  parseWav,
  patchWavHeader,
  WavError,
  type WavFormat,
  wavHeader,
} from "../../../src/lib/pcm/wav.ts";

const formats: readonly WavFormat[] = ["pcm_s16le", "mulaw", "alaw"];

function bytes(...parts: (string | number[] | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => {
    return typeof part === "string" ? [...new TextEncoder().encode(part)] : [...part];
  }));
}

function u16(value: number): number[] {
  return [value & 255, value >> 8 & 255];
}

function u32(value: number): number[] {
  return [...u16(value), ...u16(value >>> 16)];
}

/** The body of a "fmt " chunk. */
function description(tag: number, bits: number, rate = 16_000, channels = 1): number[] {
  const block = channels * bits / 8;
  return [
    ...u16(tag),
    ...u16(channels),
    ...u32(rate),
    ...u32(rate * block),
    ...u16(block),
    ...u16(bits),
  ];
}

Deno.test("wavHeader writes the classic 44 bytes for PCM", () => {
  const expected = bytes(
    "RIFF",
    u32(36 + 640),
    "WAVE",
    "fmt ",
    u32(16),
    description(1, 16),
    "data",
    u32(640),
  );
  assertEquals(wavHeader("pcm_s16le", 16_000, 640), expected);
});

Deno.test("wavHeader writes the extension and the fact chunk for G.711", () => {
  for (const [format, tag] of [["alaw", 6], ["mulaw", 7]] as const) {
    const expected = bytes(
      ...["RIFF", u32(50 + 160), "WAVE", "fmt ", u32(18), description(tag, 8, 8000), u16(0)],
      ...["fact", u32(4), u32(160), "data", u32(160)],
    );
    assertEquals(wavHeader(format, 8000, 160), expected);
  }
});

Deno.test("wavHeader without a length writes sizes that say unknown", () => {
  for (const format of formats) {
    const header = wavHeader(format, 24_000);
    const view = new DataView(header.buffer);
    assertEquals(view.getUint32(4, true), 0xffffffff);
    assertEquals(view.getUint32(header.length - 4, true), 0xffffffff);
  }
});

Deno.test("wavHeader without a length has no samples in its fact chunk: players would believe them", () => {
  for (const format of ["mulaw", "alaw"] as const) {
    const view = new DataView(wavHeader(format, 8_000).buffer);
    assertEquals([view.getUint32(42, true), view.getUint32(46, true)], [4, 0]);
  }
});

Deno.test("patchWavHeader makes a streamed header the one of a known length", () => {
  for (const format of formats) {
    for (const length of [0, 1, 2, 99_999]) {
      const header = wavHeader(format, 22_050);
      patchWavHeader(header, length);
      assertEquals(header, wavHeader(format, 22_050, length));
    }
  }
});

Deno.test("wavHeader counts the byte that pads odd data", () => {
  assertEquals(new DataView(wavHeader("mulaw", 8000, 3).buffer).getUint32(4, true), 50 + 4);
});

Deno.test("wavHeader refuses lengths that a file cannot have", () => {
  for (const length of [-1, 1.5, 2 ** 32 - 36, Number.NaN]) {
    assertThrows(() => wavHeader("pcm_s16le", 8000, length), RangeError, "cannot hold");
  }
  wavHeader("pcm_s16le", 8000, 2 ** 32 - 38);
});

Deno.test("parseWav reads what wavHeader wrote, of known and unknown length", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...formats),
      fc.constantFrom(8000, 11_025, 48_000),
      fc.uint8Array({ maxLength: 50 }),
      fc.boolean(),
      (format, sampleRate, data, known) => {
        const header = wavHeader(format, sampleRate, known ? data.length : undefined);
        const file = bytes(header, data, known && data.length % 2 ? [0] : []);
        assertEquals(parseWav(file), { format, sampleRate, channels: 1, data: bytes(data) });
      },
    ),
    { seed: 1 },
  );
});

Deno.test("parseWav returns a view into a file that lies inside a larger buffer", () => {
  const whole = bytes([9, 9, 9], wavHeader("pcm_s16le", 8000, 2), [1, 2]);
  const info = parseWav(whole.subarray(3));
  assertEquals([...info.data], [1, 2]);
  assertStrictEquals(info.data.buffer, whole.buffer);
});

Deno.test("parseWav skips chunks it does not know, with their padding", () => {
  const file = bytes(
    ...["RIFF", u32(0), "WAVE", "LIST", u32(3), [1, 2, 3, 0]],
    ...["fmt ", u32(16), description(1, 16, 44_100, 2), "data", u32(4), [1, 2, 3, 4], "more"],
  );
  assertEquals(parseWav(file), {
    format: "pcm_s16le",
    sampleRate: 44_100,
    channels: 2,
    data: bytes([1, 2, 3, 4]),
  });
});

Deno.test("parseWav reads the extensible format", () => {
  const extension = [...u16(22), ...u16(16), ...u32(4), ...u16(1), ...new Array(14).fill(0)];
  const file = bytes(
    ...["RIFF", u32(0), "WAVE", "fmt ", u32(40), description(0xfffe, 16), extension],
    ...["data", u32(2), [5, 6]],
  );
  assertEquals(parseWav(file).format, "pcm_s16le");
});

Deno.test("parseWav says what is wrong", () => {
  const start = ["RIFF", u32(0), "WAVE"];
  const pcm = ["fmt ", u32(16), description(1, 16)];
  const cases: [Uint8Array<ArrayBuffer>, string][] = [
    [bytes(), "0 bytes are too few"],
    [bytes("ID3 is not RIFF audio"), 'it begins with "ID3 "'],
    [bytes("RIFF", u32(0), "AVI LIST"), "not a WAV file"],
    [bytes(...start), 'no "fmt " chunk in 12 bytes'],
    [bytes(...start, ...pcm), 'no "data" chunk in 36 bytes'],
    [bytes(...start, "data", u32(0)), '"data" at byte 12 comes before "fmt "'],
    [bytes(...start, "fmt ", u32(16), [1]), 'chunk "fmt " at byte 12 is cut off'],
    [bytes(...start, "fmt ", u32(2), [1, 0]), '"fmt " has 2 bytes, needs 16'],
    [bytes(...start, "fmt ", u32(16), description(3, 32)), "format tag 3 is not supported"],
    [bytes(...start, "fmt ", u32(16), description(0xfffe, 16)), "format tag 65534"],
    [bytes(...start, "fmt ", u32(16), description(1, 24)), "pcm_s16le of 24 bits"],
  ];
  for (const [file, message] of cases) assertThrows(() => parseWav(file), WavError, message);
});

Deno.test("parseWav throws nothing but WavError, whatever the bytes", () => {
  const valid = wavHeader("mulaw", 8000, 4);
  fc.assert(
    fc.property(fc.nat(63), fc.nat(255), fc.nat(63), (at, value, length) => {
      const file = bytes(valid, [1, 2, 3, 4]).subarray(0, length);
      file[at] = value;
      try {
        parseWav(file);
      } catch (error) {
        if (!(error instanceof WavError)) throw error;
      }
    }),
    { seed: 1, numRuns: 2000 },
  );
});
