import { assertEquals, assertThrows } from "@std/assert";
import { loadConfig } from "../../src/config.ts";
import { VoiceNames } from "../../src/dialects/voice_names.ts";
import { ConfigError } from "../../src/errors.ts";
import { TestServer } from "../helpers/server.ts";

const voices = new Map([["slt", 16_000], ["awb", 16_000]]);
const aliases = new Map([["alloy", "awb"]]);

Deno.test("a voice is found by its id, by another name, or falls back", () => {
  const names = new VoiceNames({ voices, defaultVoice: "slt", aliases, fallsBack: true });
  assertEquals(["awb", "alloy", "nova"].map((name) => names.find(name)), ["awb", "awb", "slt"]);
  assertEquals(names.names, ["slt", "awb", "alloy"]);
  const swapped = new Map([["slt", "awb"]]);
  const others = new VoiceNames({
    voices,
    defaultVoice: "slt",
    aliases: swapped,
    fallsBack: false,
  });
  assertEquals(others.find("slt"), "awb");
});

Deno.test("where nothing falls back, an unknown name is nobody's", () => {
  const names = new VoiceNames({ voices, defaultVoice: "slt", aliases, fallsBack: false });
  assertEquals(["alloy", "nova"].map((name) => names.find(name)), ["awb", undefined]);
});

Deno.test("VOICE_MAP is a list of pairs, and each must lead to a voice", async () => {
  const env = (value: string) => (name: string) => name === "VOICE_MAP" ? value : undefined;
  const map = loadConfig([], env(" alloy=one, nova = two ,")).voiceMap;
  assertEquals([...map], [["alloy", "one"], ["nova", "two"]]);
  for (const wrong of ["alloy", "=one", "alloy=", "a=b=c", "a=one,a=two"]) {
    assertThrows(() => loadConfig([], env(wrong)), ConfigError, "NAME=VOICE");
  }
  const broken = new Map([["alloy", "nobody"]]);
  assertThrows(() => new TestServer({ config: { voiceMap: broken } }), ConfigError, "alloy=nobody");
  await using _server = new TestServer({ config: { voiceMap: map } });
});
