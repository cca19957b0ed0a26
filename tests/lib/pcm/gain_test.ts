import { assertEquals } from "@std/assert";
import { amplify } from "../../../src/lib/pcm/gain.ts";

Deno.test("samples become louder and softer, and the given ones stay as they are", () => {
  const pcm = Int16Array.of(0, 1, -1, 100, -101);
  assertEquals(amplify(pcm, 2), Int16Array.of(0, 2, -2, 200, -202));
  assertEquals(amplify(pcm, 0.5), Int16Array.of(0, 1, 0, 50, -50));
  assertEquals(pcm, Int16Array.of(0, 1, -1, 100, -101));
});

Deno.test("what is too loud for 16 bits is clipped, and does not wrap around", () => {
  const pcm = Int16Array.of(16_383, 16_384, 32_767, -16_384, -16_385, -32_768);
  const wanted = Int16Array.of(32_766, 32_767, 32_767, -32_768, -32_768, -32_768);
  assertEquals(amplify(pcm, 2), wanted);
});
