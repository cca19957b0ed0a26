import { assertEquals, assertThrows } from "@std/assert";
import { sessionUrl, subprotocols } from "../../../src/web/client/address.ts";
import { SyrinxError } from "../../../src/web/client/errors.ts";

/** The address without what is always asked for. */
function address(text: string, options = {}, base?: string): string {
  const url = sessionUrl(text, options, base);
  assertEquals(url.searchParams.get("audio_header"), "1");
  assertEquals(url.searchParams.get("words"), "1");
  url.searchParams.delete("audio_header");
  url.searchParams.delete("words");
  return url.href;
}

Deno.test("an address is a server's or a session's, absolute or a page's own", () => {
  assertEquals(address("ws://h:1/v1/session"), "ws://h:1/v1/session");
  assertEquals(address("http://h:1"), "ws://h:1/v1/session");
  assertEquals(address("https://h/"), "wss://h/v1/session");
  assertEquals(address("https://h/speech/v1/session#a"), "wss://h/speech/v1/session");
  assertEquals(address("/", {}, "https://h/page/1"), "wss://h/v1/session");
  assertEquals(address("/v1/session", {}, "http://h:8/page"), "ws://h:8/v1/session");
  assertThrows(() => sessionUrl("/", {}, undefined), SyrinxError, "not an address");
});

Deno.test("options are the query", () => {
  const options = {
    voice: "a b",
    speed: 1.5,
    encoding: "mulaw",
    sampleRate: 8_000,
    leadMs: "unpaced",
    token: "secret",
  };
  assertEquals(
    address("ws://h/", options),
    "ws://h/v1/session?voice=a+b&speed=1.5&encoding=mulaw&sample_rate=8000&lead_ms=unpaced",
  );
});

Deno.test("a key is shown as a subprotocol", () => {
  assertEquals(subprotocols({}), ["syrinx.v1"]);
  assertEquals(subprotocols({ token: "abc" }), ["syrinx.v1", "bearer.abc"]);
});
