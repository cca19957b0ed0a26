/** What vendors have and this server has not: it says so, and does nothing else in its place. */

import { assert, assertEquals } from "@std/assert";
import { steadyScript } from "../../src/backends/scripted.ts";
import { TestServer } from "../helpers/server.ts";
import type { WsClient } from "../helpers/ws_client.ts";

type Method = "GET" | "POST";

/** Paths of what listens, thinks, calls or keeps things, by vendor. */
const ABSENT: Readonly<Record<string, readonly [Method, string][]>> = {
  Deepgram: [
    ["POST", "/v1/listen"],
    ["GET", "/v1/listen"],
    ["GET", "/v1/agent/converse"],
    ["POST", "/v1/auth/grant"],
    ["GET", "/v1/projects"],
  ],
  OpenAI: [
    ["POST", "/v1/audio/transcriptions"],
    ["POST", "/v1/audio/translations"],
    ["POST", "/v1/chat/completions"],
    ["POST", "/v1/responses"],
    ["POST", "/v1/realtime/client_secrets"],
    ["POST", "/v1/realtime/calls"],
  ],
  ElevenLabs: [
    ["GET", "/v1/history"],
    ["POST", "/v1/dubbing"],
    ["POST", "/v1/speech-to-text"],
    ["POST", "/v1/speech-to-speech/one"],
    ["POST", "/v1/text-to-voice/design"],
    ["POST", "/v1/text-to-dialogue"],
    ["GET", "/v1/convai/agents"],
    ["POST", "/v1/voices/add"],
  ],
  Cartesia: [
    ["POST", "/infill/bytes"],
    ["POST", "/voices/clone"],
    ["POST", "/voice-changer/bytes"],
    ["POST", "/stt"],
    ["POST", "/access-token"],
    ["GET", "/agents"],
  ],
};

for (const [vendor, paths] of Object.entries(ABSENT)) {
  Deno.test(`what ${vendor} has beside speech is not there: 404 or 405`, async () => {
    await using server = new TestServer();
    for (const [method, path] of paths) {
      const answer = await (method === "GET" ? server.get(path) : server.post(path, {}));
      const { error } = await answer.json();
      assert([404, 405].includes(answer.status), `${method} ${path}: ${answer.status}`);
      assert(["not_found", "method_not_allowed"].includes(error.code), path);
    }
    assertEquals(server.facts.filter(({ type }) => type === "session_started"), []);
  });
}

Deno.test("marks for pauses and pronunciations are spoken as the text that they are around", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 20 }) });
  const answer = await server.post("/v1/speak?container=none&encoding=linear16", {
    text: '<speak>Hello <break time="2s"/> <phoneme ph="x">there</phoneme> friend.</speak>',
  });
  assertEquals(answer.status, 200);
  await answer.body?.cancel();
  assertEquals(server.backend.requests.map(({ text }) => text), ["Hello there friend."]);
});

Deno.test("Flux' interruptions are over before the next message is read, however fast they come", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 10_000 }) });
  const client = await server.open("/v2/speak?model=one&encoding=linear16&sample_rate=16000");
  client.send({ type: "Speak", text: "A long sentence that goes on." });
  client.send({ type: "Flush" });
  await client.next("audio");
  for (let count = 0; count < 3; count++) client.send({ type: "Interrupt" });
  client.send({ type: "Close" });
  await client.closed;
  const types = client.received.flatMap(typeOf);
  assert(types.includes("SpeechInterrupted"), types.join());
  assertEquals(
    JSON.stringify(client.received.filter((message) => !(message instanceof Uint8Array)))
      .includes("INTERRUPT_IN_PROGRESS"),
    false,
  );
});

Deno.test("a turn sounds the same whatever was said before it", async () => {
  await using server = new TestServer({ script: steadyScript({ audioMs: 20 }) });
  const client = await server.open("/v2/speak?model=one&encoding=linear16&sample_rate=16000");
  for (const text of ["What a sad day.", "Hello there.", "Hello there."]) {
    client.send({ type: "Speak", text });
    client.send({ type: "Flush" });
    await client.next("SpeechMetadata");
  }
  const asked = server.backend.requests.map(({ text, voice, speed }) => [text, voice, speed]);
  assertEquals(asked.at(-1), asked.at(-2));
  client.close();
  await client.closed;
});

function typeOf(message: WsClient["received"][number]): string[] {
  return message instanceof Uint8Array ? [] : [message.type];
}
