import { assertEquals } from "@std/assert";
import { modelsRoute } from "../../../src/http/vendors/models.ts";
import { TestServer } from "../../helpers/server.ts";

Deno.test("OpenAI's models can be listed and looked at", async () => {
  await using server = new TestServer();
  const list = await (await server.get("/v1/models")).json();
  assertEquals(list.object, "list");
  const ids = list.data.map((model: { id: string }) => model.id);
  assertEquals(ids, ["syrinx", "tts-1", "tts-1-hd", "gpt-4o-mini-tts"]);
  for (const model of list.data) {
    assertEquals([model.object, model.owned_by], ["model", "syrinx"]);
    assertEquals(model.created, Date.UTC(2026, 10, 25) / 1000);
    assertEquals(await (await server.get(`/v1/models/${model.id}`)).json(), model);
  }
});

Deno.test("a model that is not listed is answered with 404 in OpenAI's words", async () => {
  await using server = new TestServer();
  const response = await server.get("/v1/models/whisper-1");
  assertEquals(response.status, 404);
  const { error } = await response.json();
  assertEquals(
    [error.type, error.code, error.param],
    ["invalid_request_error", "model_not_found", "model"],
  );
});

Deno.test("models are shown to nobody without a key where one is needed", async () => {
  await using server = new TestServer({ config: { apiKeys: ["sk-right"] } });
  for (const path of ["/v1/models", "/v1/models/tts-1"]) {
    const refused = await server.get(path);
    assertEquals([refused.status, (await refused.json()).error.code], [401, "invalid_api_key"]);
    const shown = await server.get(path, { authorization: "Bearer sk-right" });
    assertEquals(shown.status, 200);
    await shown.body?.cancel();
  }
});

Deno.test("clients of OpenAI and ElevenLabs get their own lists of models from one path", async () => {
  const context = { url: new URL("http://localhost/v1/models"), peer: "127.0.0.1", params: {} };
  const answer = async (routes: Parameters<typeof modelsRoute>[0], headers = {}) => {
    const response = await modelsRoute(routes)(new Request(context.url, { headers }), context);
    return response.text();
  };
  const openAi = () => new Response("openai");
  const elevenLabs = () => new Response("elevenlabs");
  const withKey = { "xi-api-key": "k" };
  assertEquals(await answer({ openAi, elevenLabs }), "openai");
  assertEquals(await answer({ openAi, elevenLabs }, withKey), "elevenlabs");
  assertEquals(await answer({ openAi }, withKey), "openai");
});

Deno.test("who may not see the models is told so in the words of the vendor whose header shows the key", async () => {
  await using server = new TestServer({ config: { apiKeys: ["right"] } });
  const openAi = await server.get("/v1/models", { authorization: "Bearer wrong" });
  assertEquals([openAi.status, (await openAi.json()).error.code], [401, "invalid_api_key"]);
  const elevenLabs = await server.get("/v1/models", { "xi-api-key": "wrong" });
  const { detail } = await elevenLabs.json();
  assertEquals([elevenLabs.status, detail.status], [401, "invalid_api_key"]);
  assertEquals(
    detail.message,
    "Invalid API key. Send a key of this server in the header xi-api-key.",
  );
});
