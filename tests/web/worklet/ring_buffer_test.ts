import { assertEquals } from "@std/assert";
import fc from "../../helpers/fast_check.ts";
import { RingBuffer } from "../../../src/web/worklet/ring_buffer.ts";

/** Samples `from`, `from + 1`, ... */
function ramp(from: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => from + i);
}

Deno.test("a ring gives what it was given, whatever comes when, and however much", () => {
  const step = fc.oneof(
    fc.record({ write: fc.integer({ min: 0, max: 40_000 }) }),
    fc.record({ read: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ skip: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ truncate: fc.double({ min: 0, max: 1, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const ring = new RingBuffer();
      let start = 0;
      let inside: number[] = [];
      let next = 0;
      for (const step of steps) {
        const share = (part: number) => Math.floor(part * inside.length);
        if ("write" in step) {
          ring.write(ramp(next, step.write));
          inside = [...inside, ...ramp(next, step.write)];
          next += step.write;
        } else if ("read" in step) {
          const count = share(step.read);
          const out = new Float32Array(count + 2);
          ring.read(out, 1, count);
          assertEquals([...out.subarray(1, count + 1)], inside.slice(0, count));
          inside = inside.slice(count);
          start += count;
        } else if ("skip" in step) {
          ring.skipTo(start + share(step.skip));
          start += share(step.skip);
          inside = inside.slice(share(step.skip));
        } else {
          ring.truncate(start + share(step.truncate));
          inside = inside.slice(0, share(step.truncate));
        }
        assertEquals([ring.start, ring.end], [start, start + inside.length]);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("places outside of a ring change nothing that is not there", () => {
  const ring = new RingBuffer();
  ring.write(ramp(0, 10));
  ring.skipTo(4);
  ring.skipTo(2);
  ring.truncate(20);
  assertEquals([ring.start, ring.end], [4, 10]);
  ring.truncate(1);
  assertEquals([ring.start, ring.end], [4, 4]);
});
