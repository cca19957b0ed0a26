import { assertEquals, assertRejects } from "@std/assert";
import { MemberError } from "../../../src/backends/fleet/member.ts";
import { standardVoices } from "../../../src/backends/openai/voices.ts";
import { toBytes } from "../../../src/lib/pcm/bytes.ts";
import { connect, rest, speak } from "./connect.ts";
import { json, SpeechServer, tone } from "./speech_server.ts";

const never = new AbortController().signal;

const notFound = () => json({ detail: "Not Found" }, 404);

Deno.test("voices are those that the server lists", async () => {
  await using server = SpeechServer.start({
    voices: () => json({ voices: ["af_bella", "bm_george"] }),
  });
  using connection = connect(server, { model: "kokoro" });
  assertEquals(await connection.member.capabilities(never), {
    engine: "kokoro by OpenAI's API",
    voices: [
      {
        id: "af_bella",
        description: "af_bella, kokoro",
        language: "en-US",
        sampleRate: 24_000,
      },
      {
        id: "bm_george",
        description: "bm_george, kokoro",
        language: "en-GB",
        sampleRate: 24_000,
      },
    ],
    maxConcurrent: 2,
    wordTimings: false,
    deterministic: false,
  });
});

Deno.test("a model that tells its voices and its rate is believed", async () => {
  const voices = [{ id: "amy", name: "amy", language: "en" }];
  await using server = SpeechServer.start({
    models: () => json({ data: [{ id: "piper", sample_rate: 22_050, voices }] }),
    // Those of all models.
    voices: () => json({ voices: [{ id: "af_bella" }, { id: "amy" }] }),
  });
  using connection = connect(server, { model: "piper" });
  const capabilities = await connection.member.capabilities(never);
  assertEquals(capabilities.voices.map(({ id, sampleRate }) => [id, sampleRate]), [[
    "amy",
    22_050,
  ]]);
  // Raw audio is taken to be at that rate.
  server.speech = () => new Response(toBytes(tone(100)));
  assertEquals(await rest(speak(connection.member)), [...tone(100)]);
});

Deno.test("what is set wins over what the server says", async () => {
  await using server = SpeechServer.start({
    models: () => json({ data: [{ id: "tts-1", sample_rate: 22_050 }] }),
    voices: () => json({ voices: [{ id: "af_bella", name: "Bella", language: "de" }] }),
  });
  using connection = connect(server, {
    voices: ["am_adam", "nova"],
    language: "fr",
    sampleRate: 16_000,
    maxConcurrent: 5,
  });
  const { voices, maxConcurrent } = await connection.member.capabilities(never);
  assertEquals(maxConcurrent, 5);
  assertEquals(voices.map(({ id, language, sampleRate }) => [id, language, sampleRate]), [
    ["am_adam", "fr", 16_000],
    ["nova", "fr", 16_000],
  ]);
  assertEquals(server.received.some(({ path }) => path.endsWith("/voices")), false);
});

Deno.test("a server that lists nothing has OpenAI's voices", async () => {
  const answers = [
    notFound,
    () => json({}, 405),
    () => json({ error: { message: "Missing scopes" } }, 403),
    () => json({ data: [], object: "list" }),
  ];
  for (const voices of answers) {
    await using server = SpeechServer.start({ models: notFound, voices });
    using connection = connect(server);
    const capabilities = await connection.member.capabilities(never);
    assertEquals(capabilities.voices.map(({ id }) => id), [...standardVoices]);
  }
});

Deno.test("a server that fails to tell does not have OpenAI's voices for that", async () => {
  await using server = SpeechServer.start({ voices: () => json({}, 500) });
  using connection = connect(server);
  await assertRejects(() => connection.member.capabilities(never), MemberError, "HTTP 500");
  server.voices = () => json({}, 401);
  await assertRejects(
    () => connection.member.capabilities(never),
    MemberError,
    "it wants an API key",
  );
});
