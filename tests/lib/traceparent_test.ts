import { assertEquals } from "@std/assert";
import { parseTraceparent } from "../../src/lib/traceparent.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

Deno.test("a traceparent names a trace, a span, and whether the trace is kept", () => {
  assertEquals(parseTraceparent(`00-${TRACE}-${SPAN}-01`), {
    traceId: TRACE,
    spanId: SPAN,
    traceFlags: 1,
  });
  assertEquals(parseTraceparent(`00-${TRACE}-${SPAN}-00`)?.traceFlags, 0);
  assertEquals(parseTraceparent(`00-${TRACE}-${SPAN}-ff`)?.traceFlags, 1);
});

Deno.test("a traceparent of a version to come may say more", () => {
  assertEquals(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-the-future`)?.spanId, SPAN);
  assertEquals(parseTraceparent(`cc-${TRACE}-${SPAN}-01`)?.spanId, SPAN);
});

Deno.test("what is no traceparent is not read", () => {
  const wrong = [
    "",
    "hello",
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01\n`,
    ` 00-${TRACE}-${SPAN}-01`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}0-01`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `cc-${TRACE}-${SPAN}-01-${"x".repeat(1000)}`,
    `cc-${TRACE}-${SPAN}-01more`,
  ];
  for (const text of wrong) assertEquals(parseTraceparent(text), undefined, text);
});
