import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { decodeNative } from "../../src/dialects/native_commands.ts";
import { type Offer, readSessionRequest } from "../../src/dialects/native_settings.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

const offer: Offer = {
  voices: new Map([["one", 16_000]]),
  defaultVoice: "one",
  defaultLead: 300,
  encodings: ["pcm_s16le"],
  sampleRatesOf: () => [16_000],
  frameMsOf: () => [20],
};

Deno.test("a text message may bring a traceparent", () => {
  const message = { type: "text", text: "Hello.", traceparent: TRACEPARENT };
  assertEquals(decodeNative(JSON.stringify(message)), {
    command: { type: "text", text: "Hello.", final: false, traceparent: TRACEPARENT },
  });
});

Deno.test("a text message with a bad traceparent is refused, and the field is named", () => {
  for (const traceparent of ["", "00-1-2-01", 7, null, { traceparent: TRACEPARENT }]) {
    const decoded = decodeNative(JSON.stringify({ type: "text", text: "Hello.", traceparent }));
    assert("problem" in decoded, JSON.stringify(traceparent));
    assertEquals(decoded.problem.code, "bad_message");
    assertEquals(decoded.problem.field, "traceparent");
    assertStringIncludes(decoded.problem.message, "W3C");
  }
});

Deno.test("a session may be opened with a traceparent in the query", () => {
  const read = (query: string) => readSessionRequest(new URLSearchParams(query), offer);
  const wanted = read(`traceparent=${TRACEPARENT}`);
  assert("traceparent" in wanted);
  assertEquals(wanted.traceparent, TRACEPARENT);
  const without = read("");
  assert("traceparent" in without);
  assertEquals(without.traceparent, undefined);
  const bad = read("traceparent=00-1-2-01");
  assert("field" in bad);
  assertEquals(bad.field, "traceparent");
  const twice = read(`traceparent=${TRACEPARENT}&traceparent=${TRACEPARENT}`);
  assert("field" in twice);
  assertEquals(twice.field, "traceparent");
});
