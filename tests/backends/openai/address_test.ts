import { assertEquals, assertThrows } from "@std/assert";
import {
  isOpenaiBackend,
  parseOpenaiBackend,
  splitAddresses,
} from "../../../src/backends/openai/address.ts";
import { ConfigError } from "../../../src/errors.ts";

const env = (name: string) => ({ TTS_KEY: " sk-secret ", EMPTY: "", TWO_LINES: "a\nb" })[name];

function problemsOf(text: string): readonly string[] {
  return assertThrows(() => parseOpenaiBackend(text, env), ConfigError).problems;
}

Deno.test("an address alone says where the API begins, and nothing else", () => {
  assertEquals(parseOpenaiBackend("openai+http://tts.internal:8880/v1", env), {
    address: "tts.internal:8880",
    url: "http://tts.internal:8880/v1",
  });
});

Deno.test("without a path the API begins at /v1, without a port at that of the scheme", () => {
  for (
    const [text, address, url] of [
      ["openai+http://host", "host:80", "http://host/v1"],
      ["openai+https://api.openai.com/", "api.openai.com:443", "https://api.openai.com/v1"],
      ["openai+http://host:8000/api/v1//", "host:8000", "http://host:8000/api/v1"],
      ["OpenAI+HTTP://host:80/tts", "host:80", "http://host/tts"],
      ["openai+http://[::1]:8880", "[::1]:8880", "http://[::1]:8880/v1"],
    ] as const
  ) {
    assertEquals(parseOpenaiBackend(text, env), { address, url });
  }
});

Deno.test("all parameters are read", () => {
  const text = "openai+http://host:8880/v1?model=kokoro&voices=af_bella,%20am_adam,af_bella&" +
    "language=en_gb&sample_rate=22050&max_concurrent=4&stream=true&key_env=TTS_KEY";
  assertEquals(parseOpenaiBackend(text, env), {
    address: "host:8880",
    url: "http://host:8880/v1",
    model: "kokoro",
    voices: ["af_bella", "am_adam"],
    language: "en-GB",
    sampleRate: 22_050,
    maxConcurrent: 4,
    stream: true,
    apiKey: "sk-secret",
  });
});

Deno.test("a plus sign is a part of a voice's name, as Kokoro mixes voices", () => {
  const text = "openai+http://host?voices=af_bella(2)+af_sky(1),am_adam%2Bam_onyx";
  const { voices } = parseOpenaiBackend(text, env);
  assertEquals(voices, ["af_bella(2)+af_sky(1)", "am_adam+am_onyx"]);
});

Deno.test("everything that is wrong is listed, and each problem names its parameter", () => {
  const text = "openai+http://host:8880?model=&voices=a,,b&language=english!&sample_rate=24k&" +
    "max_concurrent=0&stream=yes&key_env=sk-secret&toString=1&stream=true";
  const allowed =
    "it takes a rate in Hz, one of 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000";
  const label = "openai+http://host:8880";
  assertEquals(problemsOf(text), [
    `${label}: model: "" is not allowed; it takes a model's name`,
    `${label}: voices: "a,,b" is not allowed; it takes names of voices with commas between them`,
    `${label}: language: "english!" is not allowed; it takes a BCP 47 tag, e.g. en-US`,
    `${label}: sample_rate: "24k" is not allowed; ${allowed}`,
    `${label}: max_concurrent: "0" is not allowed; it takes a whole number from 1 to 1024`,
    `${label}: stream: "yes" is not allowed; it takes true or false`,
    `${label}: key_env: it is not allowed; it takes the name of an environment variable, in ` +
    "capitals, not the key itself",
    `${label}: toString: there is no such parameter; there are model, voices, language, ` +
    "sample_rate, max_concurrent, stream, key_env",
    `${label}: stream: it is given more than once`,
  ]);
});

Deno.test("a key that is not there, or is none, is told by the variable's name alone", () => {
  for (const name of ["NOT_SET", "EMPTY"]) {
    assertEquals(problemsOf(`openai+http://host?key_env=${name}`), [
      "openai+http://host: key_env: it is not allowed; it takes a variable that is set and may be " +
      `read, and ${name} is not`,
    ]);
  }
  assertEquals(problemsOf("openai+http://host?key_env=TWO_LINES"), [
    "openai+http://host: key_env: it is not allowed; it takes a key in one line of ASCII, and " +
    "TWO_LINES has none",
  ]);
  const denied = () => {
    throw new Deno.errors.NotCapable("no");
  };
  const error = assertThrows(
    () => parseOpenaiBackend("openai+http://host?key_env=TTS_KEY", denied),
    ConfigError,
  );
  assertEquals(error.problems.length, 1);
});

Deno.test("an address with a key in it is refused without showing it", () => {
  for (
    const text of [
      "openai+http://sk-secret@host:8880/v1",
      "openai+http://user:sk-secret@host:8880/v1",
      "openai+http://host:8880/v1?api_key=sk-secret",
      "openai+http://host:8880/v1#sk-secret",
      "openai+http://sk-secret@host:port/v1",
      "openai+ftp://host/v1?key=sk-secret",
    ]
  ) {
    const problems = problemsOf(text);
    assertEquals(problems.length, 1);
    assertEquals(problems[0]!.includes("sk-secret"), false, problems[0]);
  }
});

Deno.test("what is no such address is told apart", () => {
  assertEquals(isOpenaiBackend("openai+https://host"), true);
  for (const text of ["host:7001", "dns:///tts.internal:7001", "openai"]) {
    assertEquals(isOpenaiBackend(text), false);
    assertThrows(() => parseOpenaiBackend(text, env), ConfigError, JSON.stringify(text));
  }
  assertThrows(
    () => parseOpenaiBackend("openai+host:8880", env),
    ConfigError,
    "it takes openai+http",
  );
});

Deno.test("in a list of addresses, voices keep their commas", () => {
  const kokoro = "openai+http://a:8880/v1?voices=af_bella,am_adam,bf_emma&max_concurrent=4";
  const others = ["b:7001", "10.0.0.1:7001", "[::1]:7001", "dns:///tts.internal:7001"];
  const openai = "openai+https://api.openai.com?key_env=OPENAI_API_KEY";
  assertEquals(splitAddresses([kokoro, ...others, openai, kokoro].join(",")), [
    kokoro,
    ...others,
    openai,
    kokoro,
  ]);
  assertEquals(splitAddresses(" b:7001 , openai+http://a?voices=x,y"), [
    "b:7001",
    "openai+http://a?voices=x,y",
  ]);
});
