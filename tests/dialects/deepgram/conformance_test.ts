/** Deepgram's SDK and LiveKit's plugin for it, as they are published. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Script } from "../../../src/backends/scripted.ts";
import { parseWav } from "../../../src/lib/pcm/wav.ts";
import { TestServer, until } from "../../helpers/server.ts";
import { startClient, testWithClients } from "../../helpers/vendor_clients.ts";
import { assertNothingLeft, nativeBytes } from "../helpers/audio.ts";

const TEXT = "One two three four five. Six seven eight nine ten.";
const TOKENS = TEXT.match(/\S+\s*/g)!;
const OTHER = "Eleven twelve.";
const ENDLESS = "Endless one two three four five six seven eight.";
const KEY = "secret";

/** What the text says: fails, goes on for a quarter of a minute, or is as long as the text. */
const script: Script = ({ text }) => {
  if (text.startsWith("Fail")) return [{ fail: "no such sound" }];
  if (text.startsWith("Endless")) return [{ audioMs: 15_000 }];
  const words = [{ start: 0, end: text.length, startMs: 0, endMs: 30 * text.length }];
  return [{ words }, { audioMs: 30 * text.length, mark: text.length }];
};

function start(): TestServer {
  const config = { apiKeys: [KEY], unknownVoice: "error", maxTextCharacters: 3_000 } as const;
  return new TestServer({ config, script });
}

/** The audio of a text by our own protocol at the voice's rate, in base64. */
async function audioOf(server: TestServer, text: string): Promise<string> {
  return (await nativeBytes(server, text, `&token=${KEY}`)).toBase64();
}

/** A program of this folder. */
const program = (name: string) => new URL(name, import.meta.url);

const AT_16_KHZ = { sample_rate: 16_000 };

testWithClients(
  "Deepgram's SDK speaks, streams, interrupts and fails as with Deepgram",
  async (t) => {
    await using server = start();
    await using sdk = await startClient(program("sdk_scenarios.mjs"));
    const access = { url: `http://${server.host}`, key: KEY };
    const wanted = await audioOf(server, TEXT);
    const step = (name: string, run: () => Promise<void>) =>
      t.step(name, async () => {
        await run();
        await assertNothingLeft(server);
      });

    await step("speak.v1.audio.generate and speak.v2.audio.generate", async () => {
      for (const version of ["v1", "v2"]) {
        const query = { encoding: "linear16", container: "wav", ...AT_16_KHZ };
        const file = await sdk.play("file", { ...access, version, text: TEXT, query });
        const { data } = parseWav(Uint8Array.fromBase64(file.audio));
        assertEquals([data.toBase64(), file["content-type"]], [wanted, "audio/wav"]);
        assertEquals([file["dg-char-count"], file["dg-model-name"]], [String(TEXT.length), "one"]);
      }
    });

    await step("errors over HTTP have the SDK's classes", async () => {
      const refused = (options: object) =>
        sdk.play("refused", { ...access, text: TEXT, ...options });
      const voice = await refused({ query: { model: "aura-2-nobody-en" } });
      assertEquals([voice.name, voice.status, voice.body.err_code], [
        "BadRequestError",
        400,
        "Bad Request",
      ]);
      assertStringIncludes(voice.body.err_msg, "it may be one, two");
      const stranger = await refused({ key: "wrong" });
      assertEquals([stranger.status, stranger.body.err_code], [401, "INVALID_AUTH"]);
      const long = await refused({ text: "a".repeat(2_001) });
      assertEquals([long.status, long.body.err_code], [413, "Payload Too Large"]);
    });

    await step("speak.v1.connect: text in tokens, Flush and Close", async () => {
      const { audio, types, code, reconnects } = await sdk.play("aura", {
        ...access,
        tokens: TOKENS,
        query: AT_16_KHZ,
      });
      assertEquals(audio, wanted);
      assertEquals([types, code, reconnects], [["Metadata", "Flushed"], 1000, false]);
    });

    await step("speak.v1.connect: Clear in mid-speech, and something else", async () => {
      const { audio, types } = await sdk.play("clear", {
        ...access,
        text: ENDLESS,
        then: OTHER,
        query: AT_16_KHZ,
      });
      assertEquals(audio, await audioOf(server, OTHER));
      assertEquals(types, ["Metadata", "Cleared", "Flushed"]);
    });

    await step("speak.v1.connect: two at once", async () => {
      const spoken = await sdk.play("both", { ...access, texts: [TEXT, OTHER], query: AT_16_KHZ });
      assertEquals(spoken.map(({ audio }: { audio: string }) => audio), [
        wanted,
        await audioOf(server, OTHER),
      ]);
    });

    await step("speak.v1.connect: a long text and an unknown message are warned of", async () => {
      const messages = [
        { type: "Speak", text: "a".repeat(2_001) },
        { type: "KeepAlive" },
        { type: "Flush" },
        { type: "Close" },
      ];
      const played = await sdk.play("raw", { ...access, messages });
      assertEquals(
        played.messages.map(({ type, code }: { type: string; code?: string }) => code ?? type),
        [
          "Metadata",
          "BIG-0001",
          "DATA-0000",
          "Flushed",
        ],
      );
    });

    await step("speak.v1.connect: after an error that ends it the SDK stays away", async () => {
      const messages = [{ type: "Speak", text: "a".repeat(200_000) }];
      for (const version of ["v1", "v2"]) {
        const played = await sdk.play("raw", { ...access, version, messages });
        assertEquals(played.messages.at(-1).code, "BIG-0000");
        assertEquals([played.code, played.reconnects], [1000, false]);
      }
    });

    await step("speak.v1.connect and speak.v2.connect: a wrong key and a wrong voice", async () => {
      for (const version of ["v1", "v2"]) {
        const play = (options: object) => sdk.play("stranger", { ...access, version, ...options });
        assertStringIncludes(await play({ key: "wrong" }), "401");
        assertStringIncludes(await play({ query: { model: "nobody" } }), "400");
      }
    });

    await step("speak.v2.connect: a turn in tokens, Configure and Close", async () => {
      const played = await sdk.play("flux", { ...access, tokens: TOKENS });
      assertEquals([played.audio, played.code, played.reconnects], [wanted, 1000, false]);
      assertEquals(played.told.map(({ type }: { type: string }) => type), [
        "Connected",
        "ConfigureSuccess",
        "SpeechStarted",
        "Flushed",
        "SpeechMetadata",
        "SessionMetadata",
      ]);
      const [connected, , started, , metadata] = played.told;
      assertEquals(connected.model_name, "one");
      assertMatch(started.speech_id, /^dg_sp_[0-9a-f]{12}$/);
      assertEquals([metadata.speech_id, metadata.input_character_count], [
        started.speech_id,
        TEXT.length,
      ]);
    });

    await step("speak.v2.connect: Interrupt in mid-speech, and something else", async () => {
      const { report, sums, audio } = await sdk.play("interrupt", {
        ...access,
        text: `${TEXT} ${ENDLESS}`,
        then: OTHER,
        value: 900,
      });
      assertEquals([report.audio_played_ms, report.text_spoken, report.text_remaining], [
        900,
        "One two three four five.",
        ` Six seven eight nine ten. ${ENDLESS}`,
      ]);
      const other = await audioOf(server, OTHER);
      assertEquals(audio, other);
      assertEquals(sums.total_audio_duration_ms, 900 + Uint8Array.fromBase64(other).length / 32);
    });

    await step("a client that leaves in mid-speech", async () => {
      for (const version of ["v1", "v2"]) {
        assertEquals(await sdk.play("leave", { ...access, version, text: `${ENDLESS} ` }), "left");
        await assertNothingLeft(server);
      }
    });

    await step("a client that is killed in mid-speech", async () => {
      assertEquals(await sdk.play("stay", { ...access, text: `${ENDLESS} ` }), "there");
      await sdk.kill();
    });
  },
);

testWithClients("LiveKit's plugin for Deepgram speaks, fails and leaves", async (t) => {
  await using server = start();
  await using livekit = await startClient(program("livekit_scenarios.mjs"));
  const access = { url: `http://${server.host}`, key: KEY };
  const wanted = await audioOf(server, TEXT);
  const step = (name: string, run: () => Promise<void>) =>
    t.step(name, async () => {
      await run();
      await assertNothingLeft(server);
    });

  await step("TTS.stream: text in tokens", async () => {
    assertEquals(await livekit.play("stream", { ...access, tokens: TOKENS }), wanted);
  });

  await step("TTS.stream: two at once", async () => {
    const spoken = await livekit.play("both", { ...access, texts: [TEXT, OTHER] });
    assertEquals(spoken, [wanted, await audioOf(server, OTHER)]);
  });

  await step("TTS.stream: a failure, a wrong key and a wrong voice are errors", async () => {
    const failed = await livekit.play("fails", { ...access, tokens: ["Fail now."] });
    assertEquals([failed.audio, failed.errors], ["", ["Deepgram TTS returned error"]]);
    for (const wrong of [{ key: "wrong" }, { model: "nobody" }]) {
      const { audio, errors } = await livekit.play("fails", {
        ...access,
        tokens: TOKENS,
        ...wrong,
      });
      assertEquals([audio, errors.length], ["", 1]);
    }
  });

  await step("SynthesizeStream.close in mid-speech, and then the process ends", async () => {
    assertEquals(await livekit.play("close", { ...access, text: ENDLESS }), "closed");
    assert(server.server.stats.sessions > 0);
    await livekit.kill();
    await until(() => server.backend.counts.active === 0, "the synthesis to be over");
  });
});
