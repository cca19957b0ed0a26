import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { defaultConfig, helpText, loadConfig, markdownTable } from "../src/config.ts";
import { ConfigError } from "../src/errors.ts";
import { flagName } from "../src/lib/setting.ts";
import { VERSION } from "../src/version.ts";
import { settings } from "../src/settings.ts";

const none = () => undefined;
const envOf = (values: Record<string, string>) => (name: string) => values[name];

Deno.test("without flags and variables the defaults hold", () => {
  const config = loadConfig([], none);
  assertEquals([config.host, config.port, config.maxQueueDepth], ["127.0.0.1", 8081, 1_000]);
  assertEquals(config, defaultConfig());
  assert(Object.isFrozen(config));
});

Deno.test("a flag wins over its environment variable, which wins over the default", () => {
  const env = envOf({ PORT: "9000", HOST: "0.0.0.0", PARALLEL_SYNTHESIS_NUM_WORKERS: "3" });
  const config = loadConfig(["--port", "9001", "--lead-ms=0"], env);
  assertEquals(
    [config.port, config.host, config.workers, config.leadMs],
    [9001, "0.0.0.0", 3, 0],
  );
});

Deno.test("an empty variable is not set", () => {
  assertEquals(loadConfig([], envOf({ PORT: "" })).port, 8081);
});

Deno.test("flags that say yes or no take several words for it", () => {
  const cleanOf = (args: string[]) => loadConfig(args, none).cleanEmoji;
  assertEquals(["--clean-emoji=no", "--clean-emoji=false"].map((flag) => cleanOf([flag])), [
    false,
    false,
  ]);
  assertEquals(cleanOf(["--clean-emoji"]), true);
  assertEquals(loadConfig([], envOf({ CLEAN_EMOJI: "off" })).cleanEmoji, false);
});

Deno.test("every error is reported at once, with the name, the value and what is allowed", () => {
  const error = assertThrows(
    () =>
      loadConfig(
        ["--port=eighty", "--colour", "red", "--log-level=loud"],
        envOf({ LEAD_MS: "5001", HOST: "not a host", API_KEYS: "short,a-key-of-some-length" }),
      ),
    ConfigError,
  );
  const text = error.problems.join("\n");
  for (
    const part of [
      '--port: "eighty" is not allowed; it takes a whole number from 0 to 65535',
      "--colour: there is no such flag",
      '--log-level: "loud" is not allowed; it takes debug, info, warning, error',
      'LEAD_MS: "5001" is not allowed; it takes a whole number from 0 to 5000',
      'HOST: "not a host" is not allowed',
      "API_KEYS: (not shown) is not allowed; it takes keys of 16",
    ]
  ) assertStringIncludes(text, part);
  assertEquals(text.includes("short"), false);
});

Deno.test("a flag's value may be a negative number, and is named as such", () => {
  const { problems } = assertThrows(() => loadConfig(["--lead-ms", "-5"], none), ConfigError);
  assertEquals(problems, [
    '--lead-ms: "-5" is not allowed; it takes a whole number from 0 to 5000',
  ]);
});

Deno.test("a flag that is given twice is an error", () => {
  const args = ["--port", "8200", "--port=8201"];
  const { problems } = assertThrows(() => loadConfig(args, none), ConfigError);
  assertEquals(problems, ["--port: it is given more than once"]);
});

Deno.test("keys are separated by commas", () => {
  const config = loadConfig([], envOf({ API_KEYS: "key-number-one-123, key-number-two-123," }));
  assertEquals(config.apiKeys, ["key-number-one-123", "key-number-two-123"]);
});

Deno.test("--help and the README list every setting", async () => {
  const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));
  for (const [key, { env }] of Object.entries(settings)) {
    assertStringIncludes(helpText(), `--${flagName(key)}, ${env} `);
  }
  assertStringIncludes(readme, markdownTable(), "run: deno task docs");
});

Deno.test("the server may read the variables of its settings, and no others", async () => {
  const text = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  const { start, many, fleet } = JSON.parse(text).permissions;
  const own = Object.values(settings).map(({ env }) => env).toSorted();
  assertEquals(start.env.toSorted(), own);
  assertEquals(many.env.toSorted(), own);
  // The gRPC library has its own, and a speech server may need a key.
  const isOther = (name: string) => name.startsWith("GRPC_") || name === "OPENAI_API_KEY";
  assertEquals(fleet.env.filter((name: string) => !isOther(name)).toSorted(), own);
});

Deno.test("the version is the one of deno.json", async () => {
  const text = await Deno.readTextFile(new URL("../deno.json", import.meta.url));
  assertEquals(VERSION, JSON.parse(text).version);
});
