import { assertEquals } from "@std/assert";
import { RouteTable } from "../../src/http/route_table.ts";

const here = () => new Response();
const there = () => new Response();

Deno.test("a path is found by its name, or by a pattern whose names it tells", () => {
  const table = new RouteTable({
    "/v1/speech": { POST: here },
    "/v1/speech/:voice/stream": there,
    "/v1/speech/:voice": { GET: here, POST: there },
    "/a.b": here,
  });
  assertEquals(table.find("/v1/speech"), { methods: { POST: here }, params: {} });
  assertEquals(table.find("/a.b"), { methods: { GET: here }, params: {} });
  assertEquals(table.find("/v1/speech/amy%20b/stream"), {
    methods: { GET: there },
    params: { voice: "amy b" },
  });
  assertEquals(table.find("/v1/speech/amy"), {
    methods: { GET: here, POST: there },
    params: { voice: "amy" },
  });
  // An escape that is none stays as it is.
  assertEquals(table.find("/v1/speech/100%")?.params, { voice: "100%" });
  for (const path of ["/v1", "/v1/speech/", "/v1/speech/a/b", "/aXb", "/v1/speech/a/stream/"]) {
    assertEquals(table.find(path), undefined, path);
  }
});
