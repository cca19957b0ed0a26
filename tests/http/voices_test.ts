import { assertEquals } from "@std/assert";
import { TestServer } from "../helpers/server.ts";

const KEY = "a-key-of-sixteen-characters";

/** What our own clients read of a voice. */
function ours({ id, description, language, sample_rate }: Record<string, unknown>) {
  return { id, description, language, sample_rate };
}

Deno.test("the voices are told, and which one speaks where none is chosen", async () => {
  await using server = new TestServer({ config: { voice: "two" } });
  const response = await server.get("/v1/voices");
  assertEquals([response.status, response.headers.get("cache-control")], [200, "no-store"]);
  const { default_voice, voices } = await response.json();
  assertEquals(default_voice, "two");
  assertEquals(
    voices.map(ours),
    server.backend.voices.map(({ id, description, language, sampleRate }) => ({
      id,
      description,
      language,
      sample_rate: sampleRate,
    })),
  );
});

Deno.test("the voices are told in ElevenLabs' words too, with the names of VOICE_MAP", async () => {
  await using server = new TestServer({ config: { voiceMap: new Map([["Rachel", "two"]]) } });
  const { voices } = await (await server.get("/v1/voices")).json();
  const names = (voice: Record<string, unknown>) => [voice.id, voice.voice_id, voice.name];
  assertEquals(voices.map(names), [
    ["one", "one", "one"],
    ["two", "two", "two"],
    ["two", "Rachel", "Rachel"],
  ]);
  const { category, labels } = voices[2];
  assertEquals([category, labels], ["premade", { language: "en", locale: "en-US" }]);
});

Deno.test("voices are for whoever may listen", async () => {
  await using server = new TestServer({ config: { apiKeys: [KEY] } });
  const refused = await server.get("/v1/voices");
  const { error, detail } = await refused.json();
  assertEquals([refused.status, error.code, detail.code], [401, "unauthorized", "invalid_api_key"]);
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
