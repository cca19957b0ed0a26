/** Voices and models, as ElevenLabs tells of them. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { elevenLabsVoice, voicePage } from "../../../src/dialects/elevenlabs/voices.ts";
import { TestServer } from "../../helpers/server.ts";

const KEY = "a-key-of-sixteen-characters";

const voices = [
  elevenLabsVoice("slt", { description: "American woman", language: "en-US" }),
  elevenLabsVoice("awb", { description: "Scottish man", language: "en-GB" }),
  elevenLabsVoice("anna", { description: "German woman", language: "de" }),
];

/** The names that a query finds. */
function find(query: string): string[] {
  const page = voicePage(voices, new URLSearchParams(query));
  return "field" in page ? [page.message] : page.voices.map(({ name }) => name);
}

Deno.test("a voice has the fields that ElevenLabs' clients read", () => {
  const { voice_id, name, category, description, labels } = voices[1]!;
  assertEquals(
    { voice_id, name, category, description, labels },
    {
      voice_id: "awb",
      name: "awb",
      category: "premade",
      description: "Scottish man",
      labels: { language: "en", locale: "en-GB" },
    },
  );
});

Deno.test("voices are found by what is told of them", () => {
  const found: [string, string[]][] = [
    ["", ["slt", "awb", "anna"]],
    ["search=WOMAN", ["slt", "anna"]],
    ["search=premade", ["slt", "awb", "anna"]],
    ["search=nobody", []],
    ["language=en", ["slt", "awb"]],
    ["language=de&language=en-GB", ["awb", "anna"]],
    ["voice_ids=anna&voice_ids=nobody", ["anna"]],
    ["category=premade", ["slt", "awb", "anna"]],
    ["category=cloned", []],
    ["voice_type=default", ["slt", "awb", "anna"]],
    ["voice_type=personal", []],
    ["gender=female", []],
    ["use_cases=narration", []],
    ["sort=name", ["anna", "awb", "slt"]],
    ["sort=name&sort_direction=desc", ["slt", "awb", "anna"]],
    ["sort=created_at_unix&include_total_count=true", ["slt", "awb", "anna"]],
  ];
  for (const [query, names] of found) assertEquals(find(query), names, query);
});

Deno.test("voices come in pages, with a token for the next one", () => {
  const first = voicePage(voices, new URLSearchParams("page_size=2"));
  assertEquals(first, {
    voices: voices.slice(0, 2),
    has_more: true,
    total_count: 3,
    next_page_token: "2",
  });
  assertEquals(voicePage(voices, new URLSearchParams("page_size=2&next_page_token=2")), {
    voices: voices.slice(2),
    has_more: false,
    total_count: 3,
    next_page_token: null,
  });
  assertStringIncludes(find("page_size=101")[0]!, "from 1 to 100");
  assertStringIncludes(find("next_page_token=x")[0]!, "token of the page before");
});

Deno.test("names of VOICE_MAP are voices, and one of them can be asked for", async () => {
  const voiceMap = new Map([["Rachel", "two"]]);
  await using server = new TestServer({ config: { voiceMap, unknownVoice: "error" } });
  const rachel = await (await server.get("/v1/voices/Rachel")).json();
  assertEquals([rachel.voice_id, rachel.description], ["Rachel", "scripted voice two"]);
  const { voices } = await (await server.get("/v2/voices")).json();
  assertEquals(voices.map((voice: { name: string }) => voice.name), ["one", "two", "Rachel"]);
  assertEquals(voices[2], rachel);
  const refused = await server.get("/v1/voices/nobody");
  assertEquals([refused.status, (await refused.json()).detail.code], [404, "voice_not_found"]);
  const bad = await server.get("/v2/voices?page_size=0");
  assertEquals([bad.status, (await bad.json()).detail[0].loc], [422, ["query", "page_size"]]);
});

Deno.test("whoever would be spoken for is a voice", async () => {
  await using server = new TestServer();
  const voice = await (await server.get("/v1/voices/21m00Tcm4TlvDq8ikWAM")).json();
  assertEquals([voice.voice_id, voice.description], [
    "21m00Tcm4TlvDq8ikWAM",
    "scripted voice one",
  ]);
});

Deno.test("there is one model for ElevenLabs' clients, which any name stands for", async () => {
  await using server = new TestServer({ config: { apiKeys: [KEY] } });
  const [model, ...rest] = await (await server.get("/v1/models", { "xi-api-key": KEY })).json();
  assertEquals(rest, []);
  assertEquals(model.can_do_text_to_speech, true);
  assertEquals(model.languages, [{ language_id: "en", name: "English" }]);
  assertEquals(model.maximum_text_length_per_request, 10_000);
  const others = await (await server.get("/v1/models", { authorization: `Bearer ${KEY}` })).json();
  assertEquals(others.object, "list");
});
