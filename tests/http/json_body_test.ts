import { assertEquals } from "@std/assert";
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

Deno.test("what is no JSON object is refused", async () => {
  for (const body of ["", "[1]", "null", '{"a":', "\uFFFE"]) {
    const read = await readJson(posted(body), 100);
    assertEquals("refusal" in read && read.refusal.error.code, "bad_json", body);
  }
});
