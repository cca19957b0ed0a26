/** ElevenLabs' SDK and LiveKit's plugin for it, as they are published. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Script } from "../../../src/backends/scripted.ts";
import { TestServer, until } from "../../helpers/server.ts";
import {
  type ClientEvent,
  startClient,
  testWithClients,
  type VendorClient,
} from "../../helpers/vendor_clients.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";
import { spokenScript } from "./scripts.ts";

const KEY = "a-key-of-sixteen-characters";
const TEXT = "Hello there, my friend. How are you today?";
/** So much that it is cut off in any case. */
const LONG = "Endless one two three four. ".repeat(6);

/** A text that begins with "Endless" goes on for a quarter of a minute. */
const script: Script = (request, call) =>
  request.text.startsWith("Endless") ? [{ audioMs: 15_000 }] : spokenScript(request, call);

function openServer({ newContextInterrupts = false } = {}): TestServer {
  const voiceMap = new Map([["Rachel", "one"]]);
  const config = {
    apiKeys: [KEY],
    unknownVoice: "error",
    maxTextCharacters: 200,
    voiceMap,
    newContextInterrupts,
  } as const;
  return new TestServer({ config, script });
}

/** The hash of a text's audio by our own protocol. */
async function audioOf(server: TestServer, text: string): Promise<string> {
  const bytes = await nativeBytes(server, text, `&token=${KEY}`);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** Does one thing after the other: a failure tells which. */
async function part(server: TestServer, name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
    await until(() => server.server.stats.sessions === 0, "no session to be left");
  } catch (error) {
    throw new Error(name, { cause: error });
  }
}

testWithClients(
  "ElevenLabs' SDK speaks, lists, breaks off and fails as with ElevenLabs",
  async () => {
    await using server = openServer();
    await using client = await startClient("elevenlabs");
    const options = { baseUrl: `http://${server.host}`, apiKey: KEY };
    await client.succeed({ do: "client", options });
    const wanted = await audioOf(server, TEXT);
    const request = { text: TEXT, modelId: "eleven_turbo_v2_5", outputFormat: "pcm_16000" };
    const requestOptions = { maxRetries: 0 };
    const speak = (id: string, fields: object = {}) => {
      return { do: "speak", id, voiceId: "Rachel", request, requestOptions, ...fields };
    };

    await part(server, "every way to speak", async () => {
      for (const method of ["convert", "stream", "convertWithTimestamps", "streamWithTimestamps"]) {
        const { audio } = await client.succeed(speak(method, { method }));
        assertEquals(audio.sha256, wanted, method);
      }
      const { headers } = await client.next("response", { id: "convert" });
      assertEquals(headers["character-cost"], String(TEXT.length));
    });

    // deno-lint-ignore require-await
    await part(server, "timestamps", async () => {
      const [whole] = client.of("audio", { id: "convertWithTimestamps" });
      const { alignment, normalizedAlignment } = whole!.message;
      assertEquals(alignment.characters.join(""), TEXT);
      assertEquals(alignment, normalizedAlignment);
      const lines = client.of("audio", { id: "streamWithTimestamps" });
      const characters = lines.flatMap(({ message }) => message.alignment?.characters ?? []);
      assertEquals(characters.join(""), TEXT);
    });

    await part(server, "the default format, and voice settings", async () => {
      const { audio } = await client.succeed(speak("mp3", {
        request: { text: "Hi.", voiceSettings: { speed: 1.2, stability: 0.5 } },
      }));
      assert(audio.bytes > 1000);
      assertEquals(server.backend.requests.at(-1)!.speed, 1.2);
    });

    await part(server, "voices and models", async () => {
      const call = async (method: string, ...args: unknown[]) =>
        (await client.succeed({ do: "call", method, args })).value;
      const names = (voices: { voiceId: string }[]) => voices.map(({ voiceId }) => voiceId);
      assertEquals(names((await call("voices.getAll")).voices), ["one", "two", "Rachel"]);
      const page = await call("voices.search", { search: "scripted", pageSize: 2 });
      assertEquals([names(page.voices), page.hasMore, page.totalCount], [["one", "two"], true, 3]);
      const next = await call("voices.search", { nextPageToken: page.nextPageToken });
      assertEquals(names(next.voices), ["Rachel"]);
      assertEquals((await call("voices.get", "Rachel")).category, "premade");
      assertEquals((await call("models.list"))[0].canDoTextToSpeech, true);
    });

    await part(server, "errors", async () => {
      const fail = async (fields: object) => (await client.fail(speak("fails", fields))).error;
      const voice = await fail({ voiceId: "nobody" });
      assertEquals([voice.name, voice.status, voice.body.detail.status], [
        "ElevenLabsError",
        404,
        "voice_not_found",
      ]);
      const long = await fail({ request: { ...request, text: LONG.repeat(2) } });
      assertEquals([long.status, long.body.detail.status], [400, "max_character_limit_exceeded"]);
      const speed = await fail({ request: { ...request, voiceSettings: { speed: 4 } } });
      assertEquals([speed.name, speed.status], ["UnprocessableEntityError", 422]);
      assertEquals(speed.body.detail[0].loc, ["body", "voice_settings", "speed"]);
      assertEquals((await fail({ request: { ...request, text: "Fail." } })).status, 500);
      await client.succeed({ do: "client", options: { ...options, apiKey: "wrong" } });
      const stranger = await fail({});
      assertEquals([stranger.status, stranger.body.detail.code], [401, "invalid_api_key"]);
      await client.succeed({ do: "client", options });
    });

    await part(server, "a request that is aborted in mid-speech", async () => {
      client.send(speak("cut", { request: { ...request, text: LONG } }));
      await client.next("audio", { id: "cut" });
      client.send({ do: "abort", id: "cut" });
      await client.answerTo({ do: "speak", id: "cut" });
    });

    await part(server, "a client that is killed in mid-speech", async () => {
      client.send(speak("killed", { request: { ...request, text: LONG } }));
      await client.next("audio", { id: "killed" });
      client.kill();
    });
    await assertNothingLeft(server);
  },
);

/** Says texts with LiveKit's plugin; resolves when all was heard. */
async function say(client: VendorClient, id: string, texts: readonly string[]) {
  client.send({ do: "stream", id, connOptions: { maxRetry: 0 } });
  await client.next("opened", { id });
  for (const text of texts) {
    await client.succeed({ do: "call", id, method: "pushText", args: [text] });
  }
  await client.succeed({ do: "call", id, method: "endInput" });
  await client.answerTo({ do: "stream", id });
  return (await client.succeed({ do: "take", id })).audio;
}

/** The timed words that came with a stream's audio. */
function transcriptsOf(client: VendorClient, id: string) {
  return client.of("audio", { id }).flatMap(({ message }: ClientEvent) =>
    message.transcripts ?? []
  );
}

testWithClients(
  "LiveKit's plugin for ElevenLabs speaks, interrupts, leaves and fails",
  async () => {
    await using server = openServer();
    await using client = await startClient("livekit", { env: { LIVEKIT_LOG_LEVEL: "fatal" } });
    const options = {
      vendor: "elevenlabs",
      baseURL: `http://${server.host}/v1`,
      apiKey: KEY,
      voiceId: "Rachel",
      encoding: "pcm_16000",
    };
    await client.succeed({ do: "client", options });
    const wanted = await audioOf(server, TEXT);

    await part(server, "a stream of tokens", async () => {
      const audio = await say(client, "tokens", TEXT.match(/.{1,5}/g)!);
      assertEquals(audio.sha256, wanted);
      const words = transcriptsOf(client, "tokens");
      assertEquals(words.map(({ text }) => text).join("").trim(), TEXT);
      const times = words.flatMap(({ startTime, endTime }) => [startTime, endTime]);
      assert(times.every((time, index) => time >= (times[index - 1] ?? 0)), String(times));
    });

    await part(server, "streams at once", async () => {
      const texts = ["The first of them.", "And the second one."];
      const audio = await Promise.all(
        texts.map((text, index) => say(client, `at${index}`, [text])),
      );
      const hashes = await Promise.all(texts.map((text) => audioOf(server, text)));
      assertEquals(audio.map(({ sha256 }) => sha256), hashes);
    });

    await part(server, "tokens by a schedule, without auto_mode", async () => {
      await client.succeed({
        do: "client",
        options: { ...options, chunkLengthSchedule: [50, 80] },
      });
      const { sha256 } = await say(client, "schedule", TEXT.match(/.{1,5}/g)!);
      assertEquals(sha256, wanted);
      await client.succeed({ do: "call", method: "close" });
      await client.succeed({ do: "client", options });
    });

    await part(server, "synthesize and listVoices", async () => {
      client.send({ do: "synthesize", id: "whole", text: TEXT });
      await client.answerTo({ do: "synthesize", id: "whole" });
      const { audio } = await client.succeed({ do: "take", id: "whole" });
      assertEquals(audio.sha256, wanted);
      const { value } = await client.succeed({ do: "call", method: "listVoices" });
      assertEquals(value.at(-1), { id: "Rachel", name: "Rachel", category: "premade" });
    });

    const cutAndGoOn = async (id: string) => {
      client.send({ do: "stream", id });
      await client.next("opened", { id });
      await client.succeed({ do: "call", id, method: "pushText", args: [LONG] });
      await client.next("audio", { id });
      await client.succeed({ do: "call", id, method: "close" });
      assertEquals((await say(client, `after ${id}`, [TEXT])).sha256, wanted);
      assertEquals(client.of("error"), []);
    };

    await part(server, "a stream that is closed in mid-speech, and another after it", async () => {
      await cutAndGoOn("cut");
      // What was flushed goes on by ElevenLabs' rules, and ends with its connection.
      await client.succeed({ do: "call", method: "close" });
    });

    await using interrupting = openServer({ newContextInterrupts: true });
    await part(interrupting, "the same where a new context stops those before it", async () => {
      const baseURL = `http://${interrupting.host}/v1`;
      await client.succeed({ do: "client", options: { ...options, baseURL } });
      await cutAndGoOn("interrupted");
      await until(() => interrupting.server.stats.sessions === 0, "no session to be left");
      assertEquals(interrupting.facts.filter(({ type }) => type === "barge_in").length, 1);
      await client.succeed({ do: "client", options });
    });

    await part(server, "speech that fails", async () => {
      assertEquals((await say(client, "fails", ["Fail."])).bytes, 0);
      assertStringIncludes((await client.next("error")).error.message, "Could not synthesize");
    });

    await part(server, "retries, which have no text and must end all the same", async () => {
      client.send({ do: "stream", id: "again", connOptions: { maxRetry: 1, retryIntervalMs: 1 } });
      await client.next("opened", { id: "again" });
      await client.succeed({ do: "call", id: "again", method: "pushText", args: ["Fail."] });
      await client.succeed({ do: "call", id: "again", method: "endInput" });
      await client.answerTo({ do: "stream", id: "again" });
    });

    await part(server, "a wrong key, and an unknown voice", async () => {
      for (const wrong of [{ apiKey: "wrong" }, { voiceId: "nobody" }]) {
        await client.succeed({ do: "client", options: { ...options, ...wrong } });
        assertEquals((await say(client, JSON.stringify(wrong), [TEXT])).bytes, 0);
        await client.next("error");
      }
      await client.succeed({ do: "client", options });
    });

    await part(server, "a client that is killed in mid-speech", async () => {
      client.send({ do: "stream", id: "killed" });
      await client.next("opened", { id: "killed" });
      await client.succeed({ do: "call", id: "killed", method: "pushText", args: [LONG] });
      await client.next("audio", { id: "killed" });
      client.kill();
    });
    await assertNothingLeft(server);
  },
);
