/** OpenAI's SDK, and LiveKit's plugin for OpenAI, as they are published. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Script } from "../../../src/backends/scripted.ts";
import { TestServer } from "../../helpers/server.ts";
import {
  type ClientOptions,
  startClient,
  testWithClients,
  type VendorClient,
} from "../../helpers/vendor_clients.ts";
import { TlsFiles } from "../../helpers/tls_files.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";

/** What the scenarios say. */
const TEXT = "Hello there, everybody. How are you today?";

/** What the text says: fails, never ends, or is as long as the text. */
const script: Script = function* ({ text }) {
  if (text === "Fail.") yield { fail: "no such sound" };
  yield { audioMs: 100 + 10 * text.length, mark: text.length };
  if (text === "Endless.") yield { stall: true };
};

const KEY = "sk-right";

function startServer(tls?: TlsFiles): TestServer {
  return new TestServer({
    ...(tls && { tls }),
    config: {
      apiKeys: [KEY],
      unknownVoice: "error",
      voiceMap: new Map([["alloy", "one"]]),
    },
    script,
  });
}

/** The audio of the text by our own protocol, in base64. */
async function wantedAudio(server: TestServer): Promise<string> {
  return (await nativeBytes(server, TEXT, `&sample_rate=24000&token=${KEY}`)).toBase64();
}

/** A program of this folder whose commands are scenarios. */
async function startScenarios(program: string, access: object, options: ClientOptions = {}) {
  const client = await startClient(new URL(program, import.meta.url), options);
  await client.succeed({ do: "client", options: access });
  return client;
}

/** Plays a scenario; gives what came of it. */
async function play(client: VendorClient, scenario: string) {
  return (await client.succeed({ do: scenario })).result;
}

/** Plays one that leaves nothing behind. */
async function playWhole(server: TestServer, client: VendorClient, scenario: string) {
  const result = await play(client, scenario);
  await assertNothingLeft(server);
  return result;
}

testWithClients("OpenAI's SDK speaks, interrupts and fails as with OpenAI", async () => {
  await using tls = await TlsFiles.create();
  await using server = startServer(tls);
  const wanted = await wantedAudio(server);
  const access = { url: `${server.url}/v1`, key: KEY };
  await using sdk = await startScenarios("sdk_scenarios.mjs", access, {
    caFile: tls.ca,
    // Node 20 has no WebSocket otherwise.
    nodeArgs: ["--experimental-websocket"],
  });
  const result = (scenario: string) => playWhole(server, sdk, scenario);

  const lengths = await result("formats");
  assertEquals(Object.keys(lengths), ["mp3", "opus", "flac", "wav", "pcm"]);
  for (const [format, bytes] of Object.entries(lengths)) {
    assert(Number(bytes) > 1_000, `${format}: ${bytes} bytes`);
  }
  assertEquals(await result("pcm"), wanted);
  assertEquals(await result("events"), {
    audio: wanted,
    usage: { input_tokens: 11, output_tokens: 13, total_tokens: 24 },
  });
  assertEquals(await result("aborted"), "AbortError");
  const request = "invalid_request_error";
  assertEquals(await result("errors"), {
    voice: ["BadRequestError", request, "invalid_value", "voice", "string"],
    length: ["BadRequestError", request, "string_above_max_length", "input", "string"],
    format: ["BadRequestError", request, "invalid_value", "response_format", "string"],
    key: ["AuthenticationError", request, "invalid_api_key", null, "string"],
    model: ["NotFoundError", request, "model_not_found", "model", "string"],
    failure: ["InternalServerError", "server_error", "synthesis_failed", null, "string"],
  });
  assertEquals(await result("models"), {
    ids: ["syrinx", "tts-1", "tts-1-hd", "gpt-4o-mini-tts"],
    one: "tts-1",
  });

  assertEquals(await result("realtime"), {
    voice: "alloy",
    status: "completed",
    content: [{ type: "output_audio", transcript: TEXT }],
    audio: wanted,
  });
  assertEquals(await result("interruption"), {
    status: "cancelled",
    heard: 10,
    code: "response_cancel_not_active",
    event_id: "mine",
  });
  assertEquals(await result("browser"), { protocol: "realtime", status: "completed" });
  assertEquals(await result("beta"), { voice: "alloy", status: "completed", audio: wanted });
  assertStringIncludes(await result("stranger"), "401");
  assertEquals(await result("goneInMidSpeech"), "gone");
});

testWithClients("LiveKit's plugin for OpenAI speaks and interrupts", async () => {
  await using server = startServer();
  const wanted = Uint8Array.fromBase64(await wantedAudio(server));
  const samples = wanted.length / 2;
  const access = { baseURL: `http://${server.host}/v1`, apiKey: KEY };
  await using plugin = await startScenarios("livekit_scenarios.mjs", access);
  const result = (scenario: string) => playWhole(server, plugin, scenario);

  // The plugin does not give out what is left of the last 100 ms.
  assertEquals(await result("speech"), samples - samples % 2_400);
  assertEquals(await result("stranger"), "AuthenticationError");
  assertEquals(await result("goneInMidSpeech"), "gone");
  // A session of the plugin's leaves its socket open when it is closed.
  const items = [["user", [TEXT]], ["assistant", [TEXT]]];
  assertEquals(await play(plugin, "realtime"), { text: TEXT, samples, items });
  assertEquals(await play(plugin, "interruption"), "cancelled");
  plugin.kill();
  await assertNothingLeft(server);
});
