import { assertEquals, assertNotStrictEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { fromBytes, toBytes } from "../../../src/lib/pcm/bytes.ts";

Deno.test("toBytes gives little-endian bytes of just these samples, without copying", () => {
  const all = Int16Array.of(7, 1, -2, 0x1234, 7);
  const bytes = toBytes(all.subarray(1, 4));
  assertEquals([...bytes], [1, 0, 0xfe, 0xff, 0x34, 0x12]);
  assertStrictEquals(bytes.buffer, all.buffer);
});

Deno.test("fromBytes undoes toBytes without copying", () => {
  const pcm = Int16Array.of(0, 1, -1, 32_767, -32_768);
  const back = fromBytes(toBytes(pcm));
  assertEquals(back, pcm);
  assertStrictEquals(back.buffer, pcm.buffer);
});

Deno.test("fromBytes copies bytes that begin at an odd address", () => {
  const bytes = Uint8Array.of(9, 1, 0, 2, 0);
  const pcm = fromBytes(bytes.subarray(1));
  assertEquals([...pcm], [1, 2]);
  assertNotStrictEquals(pcm.buffer, bytes.buffer);
});

Deno.test("fromBytes refuses half a sample", () => {
  assertThrows(() => fromBytes(new Uint8Array(3)), RangeError, "got 3");
});
