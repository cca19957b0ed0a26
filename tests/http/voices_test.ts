import { assertEquals } from "@std/assert";
import { TestServer } from "../helpers/server.ts";

const KEY = "a-key-of-sixteen-characters";

Deno.test("the voices are told, and which one speaks where none is chosen", async () => {
  await using server = new TestServer({ config: { voice: "two" } });
  const response = await server.get("/v1/voices");
  assertEquals([response.status, response.headers.get("cache-control")], [200, "no-store"]);
  assertEquals(await response.json(), {
    default_voice: "two",
    voices: server.backend.voices.map(({ id, description, language, sampleRate }) => ({
      id,
      description,
      language,
      sample_rate: sampleRate,
    })),
  });
});

Deno.test("voices are for whoever may listen", async () => {
  await using server = new TestServer({ config: { apiKeys: [KEY] } });
  const refused = await server.get("/v1/voices");
  assertEquals([refused.status, (await refused.json()).error.code], [401, "unauthorized"]);
  const response = await server.get("/v1/voices", { authorization: `Bearer ${KEY}` });
  assertEquals(response.status, 200);
  await response.body?.cancel();
});

Deno.test("pages of any origin may ask, with a key, and learn why they were refused", async () => {
  await using server = new TestServer({ config: { apiKeys: ["a-key-of-some-length"] } });
  for (const path of ["/v1/voices", "/v1/session"]) {
    const url = `http://${server.host}${path}`;
    const asked = await fetch(url, { method: "OPTIONS" });
    assertEquals(asked.status, 204);
    assertEquals(asked.headers.get("access-control-allow-headers"), "authorization, *");
    assertEquals(asked.headers.get("access-control-allow-methods"), "GET, HEAD");
    const refused = await fetch(url);
    assertEquals(refused.headers.get("access-control-allow-origin"), "*");
    assertEquals([refused.status, (await refused.json()).error.code], [401, "unauthorized"]);
  }
  const others = await fetch(`http://${server.host}/metrics`, { method: "OPTIONS" });
  assertEquals(others.status, 405);
  await others.body?.cancel();
});
