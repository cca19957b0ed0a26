import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readJson } from "../../src/http/json_body.ts";

function posted(body: BodyInit): Request {
  return new Request("http://localhost/", { method: "POST", body });
}

Deno.test("a JSON object is read, up to its limit in bytes", async () => {
  const text = JSON.stringify({ text: "é" });
  const bytes = new TextEncoder().encode(text).length;
  assertEquals(await readJson(posted(text), bytes), { body: { text: "é" } });
  const over = await readJson(posted(text), bytes - 1);
  assertEquals("refusal" in over && [over.refusal.status, over.refusal.error.limit], [
    413,
    bytes - 1,
  ]);
});

Deno.test("what is no JSON object is refused, and why", async () => {
  const cases: [BodyInit, string][] = [
    ["", "is empty"],
    ["[1]", "is not a JSON object"],
    ["null", "is not a JSON object"],
    ['{"a":', "is not a JSON object"],
    [new Uint8Array([0x7b, 0xe9, 0x7d]), "is not UTF-8"],
  ];
  for (const [body, problem] of cases) {
    const read = await readJson(posted(body), 100);
    assert("refusal" in read && read.refusal.error.code === "bad_json");
    assertStringIncludes(read.refusal.error.message, problem);
  }
});

Deno.test("a body in a content encoding is refused", async () => {
  const headers = { "content-encoding": "gzip" };
  const request = new Request("http://localhost/", { method: "POST", body: "{}", headers });
  const read = await readJson(request, 100);
  assertEquals("refusal" in read && read.refusal.status, 415);
});
