/** Cartesia's SDK and LiveKit's plugin for it, as they are published. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Script } from "../../../src/backends/scripted.ts";
import { parseWav } from "../../../src/lib/pcm/wav.ts";
import { TestServer, until } from "../../helpers/server.ts";
import { TlsFiles } from "../../helpers/tls_files.ts";
import { startClient, testWithClients, type VendorClient } from "../../helpers/vendor_clients.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";

const TEXT = "One two three four five. Six seven eight nine ten.";
const ENDLESS =
  "Endless one two three four five six seven eight. Endless one two three four five six. ";

/** What the text says: fails, goes on for a quarter of a minute, or is as long as the text. */
const script: Script = ({ text }) => {
  if (text.startsWith("Fail")) return [{ fail: "no such sound" }];
  if (text.startsWith("Endless")) return [{ audioMs: 15_000 }];
  const words = [{ start: 0, end: text.length, startMs: 0, endMs: 30 * text.length }];
  return [{ words }, { audioMs: 30 * text.length, mark: text.length }];
};

const KEY = "secret";

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** A server with TLS, and a vendor's client that plays scenarios with it. */
class Stage implements AsyncDisposable {
  readonly server: TestServer;
  readonly client: VendorClient;
  readonly #tls: TlsFiles;

  private constructor(server: TestServer, tls: TlsFiles, client: VendorClient) {
    this.server = server;
    this.#tls = tls;
    this.client = client;
  }

  static async open(program: string): Promise<Stage> {
    const tls = await TlsFiles.create();
    const server = new TestServer({
      tls,
      config: { apiKeys: [KEY], unknownVoice: "error", maxTextCharacters: 200 },
      script,
    });
    const file = new URL(program, import.meta.url);
    return new Stage(server, tls, await startClient(file, { caFile: tls.ca }));
  }

  // deno-lint-ignore no-explicit-any
  async play(scenario: string, options: object): Promise<any> {
    const access = { url: this.server.url, key: KEY };
    return await this.client.play(scenario, { ...access, ...options });
  }

  /** Does one thing after the other: a failure tells which. */
  async part(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
      await assertNothingLeft(this.server);
    } catch (error) {
      throw new Error(name, { cause: error });
    }
  }

  /** The hash of a text's audio by our own protocol. */
  async audioOf(text: string): Promise<string> {
    return await sha256(await nativeBytes(this.server, text, `&token=${KEY}`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await this.#tls[Symbol.asyncDispose]();
  }
}

testWithClients(
  "the SDK speaks, streams, flushes, interrupts and fails as with Cartesia",
  async () => {
    await using stage = await Stage.open("sdk_scenarios.mjs");
    const wanted = await stage.audioOf(TEXT);

    await stage.part("tts.generate", async () => {
      const file = async (container: string) => {
        const format = { container, encoding: "pcm_s16le", sample_rate: 16_000 };
        const { type, bytes } = await stage.play("file", { text: TEXT, format });
        return { type, bytes: Uint8Array.fromBase64(bytes) };
      };
      const raw = await file("raw");
      assertEquals([raw.type, await sha256(raw.bytes)], ["audio/pcm", wanted]);
      const wav = await file("wav");
      assertEquals([wav.type, await sha256(parseWav(wav.bytes).data)], ["audio/wav", wanted]);
    });

    await stage.part("tts.generateSSE", async () => {
      const fields = { add_timestamps: true };
      const spoken = await stage.play("events", { text: TEXT, fields });
      assertEquals([spoken.audio, spoken.types.at(-1)], [wanted, "done"]);
      assertEquals(spoken.timestamps[0].words, ["One two three four five."]);
    });

    await stage.part("voices.list and voices.get", async () => {
      const { ids, one } = await stage.play("voices", {});
      assertEquals([ids, one.description], [["one", "two"], "scripted voice one"]);
    });

    await stage.part("errors over HTTP have the SDK's classes", async () => {
      const refused = (options: object) => stage.play("refused", { text: TEXT, ...options });
      const voice = await refused({ fields: { voice: "nobody" } });
      assertEquals([voice.name, voice.status], ["BadRequestError", 400]);
      assertStringIncludes(voice.message, "it may be one, two");
      assertStringIncludes((await refused({ text: ENDLESS.repeat(3) })).message, "may have 200");
      const stranger = await refused({ key: "wrong" });
      assertEquals([stranger.name, stranger.status], ["AuthenticationError", 401]);
      const failure = await refused({ text: "Fail." });
      assertEquals([failure.name, failure.status], ["InternalServerError", 500]);
    });

    await stage.part("websocket.generate", async () => {
      const fields = { add_timestamps: true };
      const spoken = await stage.play("generate", { text: TEXT, fields });
      assertEquals([spoken.audio, spoken.types.at(-1)], [wanted, "done"]);
      assertEquals(spoken.timestamps.map(({ words }: { words: string[] }) => words), [
        ["One two three four five."],
        ["Six seven eight nine ten."],
      ]);
    });

    await stage.part("a context that is streamed and flushed", async () => {
      const first = ["On", "e two ", "three four"];
      const spoken = await stage.play("tokens", { first, second: [" fi", "ve."] });
      assertEquals(spoken.types, ["chunk", "flush_done", "chunk", "done"]);
      assertEquals(spoken.flushIds, [1, 2]);
      const texts = stage.server.backend.requests.slice(-2).map(({ text }) => text);
      assertEquals(texts, ["One two three four", "five."]);
    });

    await stage.part("contexts at once", async () => {
      const texts = ["The first of them.", "Second."];
      const { audio } = await stage.play("together", { texts });
      assertEquals(audio, await Promise.all(texts.map((text) => stage.audioOf(text))));
    });

    await stage.part("context.cancel", async () => {
      const { cut, late, again } = await stage.play("interrupt", { text: ENDLESS });
      assertEquals([cut, late.at(-1), again], [["chunk"], "done", ["chunk", "done"]]);
    });

    await stage.part("errors of a context", async () => {
      const fails = (options: object) => stage.play("fails", { text: TEXT, ...options });
      const cases: [object, string][] = [
        [{ fields: { voice: "nobody" } }, "voice cannot be"],
        [{ text: ENDLESS.repeat(3) }, "at most 200"],
        [{ text: "Fail. " }, "could not be spoken"],
      ];
      for (const [options, words] of cases) {
        const { name, message, after } = await fails(options);
        assertEquals([name, after], ["CartesiaError", ["chunk", "done"]]);
        assertStringIncludes(message, words);
      }
    });

    await stage.part("a wrong key", async () => {
      assertStringIncludes((await stage.play("stranger", { key: "wrong" })).message, "401");
    });

    await stage.part("a socket that is closed in mid-speech", async () => {
      assertEquals(await stage.play("leave", { text: ENDLESS }), { type: "chunk" });
      assertEquals(stage.server.server.stats.sessions, 1);
      await stage.play("close", {});
    });

    await stage.part("a client that is killed in mid-speech", async () => {
      await stage.play("leave", { text: ENDLESS });
      stage.client.kill();
    });
  },
);

testWithClients(
  "LiveKit's plugin speaks, streams, interrupts and fails as with Cartesia",
  async () => {
    await using stage = await Stage.open("livekit_scenarios.mjs");
    await stage.part("stream", async () => {
      const wanted = await stage.audioOf(TEXT);
      const tokens = TEXT.match(/.{1,5}/g)!;
      const spoken = await stage.play("stream", { tokens });
      assertEquals([spoken.audio, spoken.isFinal], [wanted, true]);
      assertEquals(spoken.words.trim(), TEXT);
    });

    await stage.part("synthesize", async () => {
      const wanted = await stage.audioOf(TEXT);
      const spoken = await stage.play("whole", { text: TEXT });
      assertEquals(spoken.audio, wanted);
    });

    await stage.part("streams at once", async () => {
      const texts = ["The first of them.", "Second."];
      const { audio } = await stage.play("together", { texts });
      assertEquals(audio, await Promise.all(texts.map((text) => stage.audioOf(text))));
    });

    await stage.part("a stream that is closed in mid-speech, and another after it", async () => {
      const tokens = [ENDLESS, ENDLESS];
      const spoken = await stage.play("interrupt", { tokens, next: ["Hi."] });
      assertEquals(spoken.audio, await stage.audioOf("Hi."));
    });

    await stage.part("a wrong key, and speech that fails", async () => {
      const stranger = await stage.play("fails", { key: "wrong", text: TEXT });
      assertEquals(stranger.errors.map(({ status }: { status: number }) => status), [401]);
      const failure = await stage.play("fails", { text: "Fail." });
      assertEquals(failure.errors[0].status, 500);
      assertStringIncludes(failure.errors[0].text, "could not be spoken");
    });

    await stage.part("an unknown voice, which it takes for an answer without audio", async () => {
      const nobody = await stage.play("fails", { voice: "nobody", text: TEXT });
      assertEquals(nobody, { errors: [], audio: await sha256(new Uint8Array(0)) });
    });

    await stage.part("a client that goes, and one that is killed, in mid-speech", async () => {
      const tokens = [ENDLESS, ENDLESS];
      await stage.play("leave", { tokens });
      await until(() => stage.server.server.stats.sessions > 0, "the session");
      await stage.play("close", {});
      await assertNothingLeft(stage.server);
      await stage.play("leave", { tokens });
      stage.client.kill();
    });
  },
);
