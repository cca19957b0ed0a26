import { assertEquals, assertNotStrictEquals } from "@std/assert";
import { decode, encode, encodedBytes } from "../../../src/backends/cache/stored_value.ts";
import fc from "../../helpers/fast_check.ts";

const position = fc.nat({ max: 2 ** 32 - 1 });
const word = fc.record({
  range: fc.tuple(position, position).map(([a, b]) => ({
    start: Math.min(a, b),
    end: Math.max(a, b),
  })),
  startMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
  endMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
}).map(({ range, startMs, endMs }) => ({ ...range, startMs, endMs }));
const sentence = fc.record({
  pcm: fc.int16Array({ maxLength: 300 }).map((pcm) => Int16Array.from(pcm)),
  words: fc.array(word, { maxLength: 20 }),
});

Deno.test("a sentence comes back from its bytes as it was", () => {
  fc.assert(fc.property(sentence, (sentence) => {
    const bytes = encode(sentence);
    assertEquals(bytes.length, encodedBytes(sentence));
    assertEquals(decode(bytes), sentence);
  }));
});

Deno.test("it comes back from a part of a larger buffer, in memory of its own", () => {
  const value = encode({ pcm: Int16Array.of(1, -2, 3), words: [] });
  const larger = new Uint8Array(value.length + 7);
  larger.set(value, 3);
  const part = larger.subarray(3, 3 + value.length);
  const decoded = decode(part)!;
  assertEquals([...decoded.pcm], [1, -2, 3]);
  assertNotStrictEquals(decoded.pcm.buffer as ArrayBuffer, larger.buffer);
  assertEquals(decoded.pcm.byteOffset, 0);
});

Deno.test("bytes that are cut, longer or of another version are no sentence", () => {
  fc.assert(fc.property(sentence, fc.nat(), (sentence, at) => {
    const bytes = encode(sentence);
    assertEquals(decode(bytes.subarray(0, at % bytes.length)), undefined);
    assertEquals(decode(Uint8Array.of(...bytes, 0, 0)), undefined);
    assertEquals(
      decode(Uint8Array.of(...bytes.subarray(0, 3), 0x32, ...bytes.subarray(4))),
      undefined,
    );
  }));
});

Deno.test("no bytes make it throw", () => {
  const header = new TextEncoder().encode("SYX1");
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (rest) => {
    decode(rest);
    decode(Uint8Array.of(...header, ...rest));
  }));
});
