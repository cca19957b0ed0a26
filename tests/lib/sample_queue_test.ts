import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "../helpers/fast_check.ts";
import { SampleQueue } from "../../src/lib/sample_queue.ts";

Deno.test("samples come out as they went in, whatever the sizes", () => {
  const sizes = fc.array(fc.nat(50), { maxLength: 40 });
  fc.assert(fc.property(sizes, sizes, (pushes, reads) => {
    const queue = new SampleQueue();
    const all: number[] = [];
    const out: number[] = [];
    let next = 0;
    for (let step = 0; step < Math.max(pushes.length, reads.length); step++) {
      const pushed = Int16Array.from({ length: pushes[step] ?? 0 }, () => next++);
      queue.push(pushed);
      all.push(...pushed);
      const read = queue.read(reads[step] ?? 0);
      assertEquals(read.length, Math.min(reads[step] ?? 0, all.length - out.length));
      out.push(...read);
      assertEquals(queue.length, all.length - out.length);
    }
    out.push(...queue.read(Infinity));
    assertEquals(out, all);
  }));
});

Deno.test("a read that one chunk can serve copies nothing", () => {
  const queue = new SampleQueue();
  const chunk = Int16Array.of(1, 2, 3, 4);
  queue.push(chunk);
  queue.read(1);
  assertStrictEquals(queue.read(2).buffer, chunk.buffer);
});

Deno.test("a cleared queue is empty and can be used again", () => {
  const queue = new SampleQueue();
  queue.push(Int16Array.of(1, 2));
  queue.read(1);
  queue.clear();
  assertEquals(queue.length, 0);
  queue.push(Int16Array.of(7));
  assertEquals([...queue.read(5)], [7]);
});
