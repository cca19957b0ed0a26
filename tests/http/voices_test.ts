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
